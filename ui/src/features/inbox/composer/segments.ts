// How many SMS a text becomes (GSM 03.38): 160 characters in one message and 153 in
// each of several with the GSM alphabet, 70 and 67 with UCS-2. Characters of the
// extension table take two places and are not split across messages; in UCS-2 the
// count is of UTF-16 units, and a surrogate pair is not split either.

const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const extension = new Set('\f^{}\\[~]|€');

export interface Segments {
  encoding: 'GSM-7' | 'UCS-2';
  /** Messages it is sent as; 0 for no text. */
  count: number;
  /** Places still free in the last one. */
  left: number;
  /** The first character that forces UCS-2. */
  forcedBy?: string;
}

function pack(sizes: number[], single: number, each: number): { count: number; left: number } {
  const total = sizes.reduce((sum, n) => sum + n, 0);
  if (total === 0) return { count: 0, left: single };
  if (total <= single) return { count: 1, left: single - total };
  let count = 1;
  let used = 0;
  for (const n of sizes) {
    if (used + n > each) {
      count++;
      used = 0;
    }
    used += n;
  }
  return { count, left: each - used };
}

export function segments(text: string): Segments {
  const sizes: number[] = [];
  for (const char of text) {
    if (basic.has(char)) sizes.push(1);
    else if (extension.has(char)) sizes.push(2);
    else return { encoding: 'UCS-2', forcedBy: char, ...pack([...text].map((c) => c.length), 70, 67) };
  }
  return { encoding: 'GSM-7', ...pack(sizes, 160, 153) };
}
