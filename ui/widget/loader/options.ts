// What a site can set on the script element, read with suspicion: values end
// up in a style sheet.

export interface Options {
  inbox: string;
  color: string;
  ink: string;
  side: 'left' | 'right';
  zIndex: number;
  language: string;
  theme: 'light' | 'dark' | 'auto';
  user: { id?: string; hash?: string; name?: string; email?: string };
}

export const DEFAULT_COLOR = '#0b5d6e';
const MAX_Z = 2147483647;

/** Six hex digits of a colour given as #rgb or #rrggbb; the default otherwise. */
export function hexColor(given: string | undefined): string {
  const text = (given ?? '').trim().toLowerCase();
  if (/^#[0-9a-f]{6}$/.test(text)) return text;
  if (/^#[0-9a-f]{3}$/.test(text)) return '#' + [...text.slice(1)].map((c) => c + c).join('');
  return DEFAULT_COLOR;
}

/** Black or white, whichever stands out more on the colour (WCAG 2 contrast). */
export function inkOn(color: string): '#000000' | '#ffffff' {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(color.slice(i, i + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? '#ffffff' : '#000000';
}

export function readOptions(data: DOMStringMap, language: string): Options {
  const color = hexColor(data.color);
  const z = Number(data.zIndex);
  return {
    inbox: data.inbox ?? '',
    color,
    ink: inkOn(color),
    side: data.position === 'left' || data.position === 'bottom-left' ? 'left' : 'right',
    zIndex: data.zIndex && Number.isInteger(z) && z >= 0 && z <= MAX_Z ? z : 2147483000,
    language: data.language || language,
    theme: data.theme === 'light' || data.theme === 'dark' ? data.theme : 'auto',
    user: { id: data.userId, hash: data.userHash, name: data.name, email: data.email },
  };
}

interface Words {
  open: string;
  close: string;
  title: string;
  failed: string;
}

const words: Record<string, Words> = {
  en: { open: 'Open chat', close: 'Close chat', title: 'Chat', failed: 'The chat could not be loaded. Press the button to try again.' },
  it: { open: 'Apri la chat', close: 'Chiudi la chat', title: 'Chat', failed: 'Non è stato possibile caricare la chat. Premi il pulsante per riprovare.' },
  pl: { open: 'Otwórz czat', close: 'Zamknij czat', title: 'Czat', failed: 'Nie udało się wczytać czatu. Naciśnij przycisk, aby spróbować ponownie.' },
  ro: { open: 'Deschide chatul', close: 'Închide chatul', title: 'Chat', failed: 'Chatul nu a putut fi încărcat. Apasă butonul pentru a încerca din nou.' },
};

export const wordsFor = (language: string): Words => words[language.slice(0, 2).toLowerCase()] ?? words.en!;
