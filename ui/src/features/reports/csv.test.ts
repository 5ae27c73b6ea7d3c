import { describe, expect, it } from 'vitest';
import { toCSV } from './csv';

describe('toCSV', () => {
  it('writes lines with CRLF and leaves what is missing empty', () => {
    expect(toCSV(['Queue', 'Answered'], [['Sales', 3], ['Total', null]])).toBe('Queue,Answered\r\nSales,3\r\nTotal,\r\n');
  });

  it('quotes commas, quotes, line breaks and outer spaces', () => {
    expect(toCSV(['a'], [['x,y'], ['say "hi"'], ['two\nlines'], [' edge ']])).toBe('a\r\n"x,y"\r\n"say ""hi"""\r\n"two\nlines"\r\n" edge "\r\n');
  });

  it.each(['=1+1', '+49 30 1', '-2', '@SUM(A1)', '\t=x', '\r=x'])('makes %j harmless', (text) => {
    const [, line] = toCSV(['a'], [[text]]).split('\r\n');
    expect(line?.replace(/^"/, '').startsWith("'")).toBe(true);
  });

  it('guards headers too, and leaves numbers below zero numbers', () => {
    expect(toCSV(['=a'], [[-2.5]])).toBe("'=a\r\n-2.5\r\n");
  });

  it('never writes NaN', () => {
    expect(toCSV(['a'], [[Number.NaN]])).toBe('a\r\n\r\n');
  });
});
