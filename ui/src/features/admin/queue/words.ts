import { addWords } from '@/i18n';
import en from './en';

addWords('queue', { en });
