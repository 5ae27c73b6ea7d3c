import { addWords } from '@/i18n';
import en from './en';

addWords('offers', { en });

export { useOffers } from './api';
export { OfferCards } from './OfferCards';
export { chime, testSound } from './sound';
export { leading } from './leader';
