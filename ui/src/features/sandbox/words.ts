import { addWords } from '@/i18n';
import en from './en';

addWords('sandbox', { en: en as never });
