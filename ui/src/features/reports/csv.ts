/** A cell of an export: numbers stay numbers, null is empty. */
export type Cell = string | number | null;

// A spreadsheet runs a cell that begins with one of these as a formula; the
// names of customers and queues are other people's text.
const formula = /^[=+\-@\t\r]/;

function quote(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * RFC 4180 text of a table: CRLF lines, quoted where needed, with formulas made
 * harmless by a leading apostrophe.
 */
export function toCSV(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => row.map(quote).join(',') + '\r\n').join('');
}

/** Gives the text to the browser as a file. The mark at the start tells Excel that it is UTF-8. */
export function downloadCSV(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
