import { addWords } from '@/i18n';
import en from './en';

addWords('contacts', { en });

export { ContactsPage } from './ContactsPage';
