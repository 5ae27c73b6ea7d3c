import { addWords } from '@/i18n';
import en from './en';

addWords('customer', { en });

export { CustomerPanel } from './CustomerPanel';
