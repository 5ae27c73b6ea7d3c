import { addWords } from '@/i18n';
import ui from '@/ui/en';
import en from './en';

addWords('app', { en });
addWords('ui', { en: ui });
