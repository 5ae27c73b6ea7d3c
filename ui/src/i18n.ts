import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export type Words = { [key: string]: string | Words };

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  defaultNS: 'app',
  resources: {},
  interpolation: { escapeValue: false },
  react: { useSuspense: false },
});

/**
 * Adds a feature's words under its own namespace. Each feature keeps one file a
 * language (features/x/en.ts) and calls this once from it or beside it.
 */
export function addWords(namespace: string, words: Record<string, Words>): void {
  for (const [language, resource] of Object.entries(words)) {
    i18next.addResourceBundle(language, namespace, resource, true, true);
  }
}

export { i18next };
