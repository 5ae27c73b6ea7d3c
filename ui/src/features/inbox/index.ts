import { addWords } from '@/i18n';
import en from './en';

addWords('inbox', { en });

export { InboxPage } from './InboxPage';
