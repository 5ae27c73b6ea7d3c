import type { Language, Name } from './types';

export interface Completion {
  label: string;
  insert: string;
  words: string;
  /** What it is: text, number, yes/no, list, function; empty for a value. */
  type: string;
}

export interface Completions {
  /** Where what is replaced begins, in UTF-16 units of the text. */
  from: number;
  items: Completion[];
}

const nothing: Completions = { from: 0, items: [] };
const most = 8;

/**
 * What could be written at the caret: names and functions after a beginning of
 * one (after nothing when `asked`), values inside quotes where they are known.
 */
export function completions(text: string, caret: number, language: Language, asked = false): Completions {
  const before = text.slice(0, caret);
  if (insideQuotes(before)) return values(before, language);
  const word = /[A-Za-z_][\w.]*$/.exec(before)?.[0] ?? '';
  if (word === '' && !asked) return nothing;
  const from = caret - word.length;
  const items = [...language.names, ...language.functions]
    .map((n) => ({ n, rank: rankOf(n.name, word) }))
    .filter(({ n, rank }) => rank > 0 && !(n.name === word && text.slice(caret, caret + 1) !== ''))
    .sort((a, b) => b.rank - a.rank)
    .slice(0, asked && word === '' ? 50 : most)
    .map(({ n }) => completion(n));
  if (items.length === 1 && items[0]?.label === word && items[0].type !== 'function') return nothing;
  return { from, items };
}

function completion(n: Name): Completion {
  const insert = n.type === 'function' ? `${n.name}(` : n.type === 'fields' ? `${n.name}["` : n.name;
  return { label: n.name, insert, words: n.words, type: n.type };
}

// The beginning of the whole name before the beginning of its last part.
function rankOf(name: string, word: string): number {
  const n = name.toLowerCase();
  const w = word.toLowerCase();
  if (n.startsWith(w)) return 3;
  if (n.split('.').some((part) => part.startsWith(w))) return 2;
  return w.length > 2 && n.includes(w) ? 1 : 0;
}

function insideQuotes(before: string): boolean {
  return (before.replaceAll('\\"', '').match(/"/g)?.length ?? 0) % 2 === 1;
}

// Inside quotes: after `channel == "`, in `channel in ["sms", "`, in `open("`.
function values(before: string, language: Language): Completions {
  const at = before.lastIndexOf('"');
  const typed = before.slice(at + 1);
  const head = before.slice(0, at);
  const name = /([A-Za-z_][\w.]*)\s*(?:==|!=|(?:not\s+)?in\s*\[[^\]]*)\s*$/.exec(head)?.[1] ?? /([A-Za-z_]\w*)\(\s*$/.exec(head)?.[1];
  const known = language.names.find((n) => n.name === name)?.values ?? [];
  const items = known
    .filter((v) => v.toLowerCase().includes(typed.toLowerCase()) && v !== typed)
    .slice(0, most)
    .map((v) => ({ label: v, insert: `${v}"`, words: '', type: '' }));
  return { from: at + 1, items };
}

/** The text with a completion in place of what was begun, and where the caret stands then. */
export function insertCompletion(text: string, caret: number, from: number, insert: string): { text: string; caret: number } {
  // A quote that is there already is not written twice.
  const rest = text.slice(caret);
  const skip = insert.endsWith('"') && rest.startsWith('"') ? 1 : 0;
  return { text: text.slice(0, from) + insert + rest.slice(skip), caret: from + insert.length };
}
