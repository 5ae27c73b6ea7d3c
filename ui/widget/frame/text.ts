export type Piece = { text: string; href?: string };

const LINK = /https?:\/\/[^\s<>"'`]+/gi;

/** Cuts a text into plain pieces and web addresses. Only http and https become links. */
export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    // Punctuation at the end belongs to the sentence; a bracket stays if it was opened inside.
    let href = found[0].replace(/[.,;:!?…]+$/, '');
    while (href.endsWith(')') && !href.includes('(')) href = href.slice(0, -1);
    if (found.index > from) out.push({ text: text.slice(from, found.index) });
    out.push({ text: href, href });
    from = found.index + href.length;
  }
  if (from < text.length) out.push({ text: text.slice(from) });
  return out;
}

export const fileSize = (bytes: number): string =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** The local calendar day, as a key. */
export const dayOf = (at: string): string => new Date(at).toDateString();

export function dayName(at: string, now: Date, words: { today: string; yesterday: string }, language: string): string {
  const day = new Date(at);
  if (day.toDateString() === now.toDateString()) return words.today;
  const before = new Date(now);
  before.setDate(before.getDate() - 1);
  if (day.toDateString() === before.toDateString()) return words.yesterday;
  return day.toLocaleDateString(language, { weekday: 'long', day: 'numeric', month: 'long' });
}

export const clock = (at: string, language: string): string => new Date(at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });
