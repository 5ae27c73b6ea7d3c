import { describe, expect, it } from 'vitest';
import { formatMoney, parseAmount } from './money';

describe('money', () => {
  it.each([
    ['1200', 'EUR', 120000],
    ['1 200,50', 'EUR', 120050],
    ['1,200.50', 'USD', 120050],
    ['500', 'JPY', 500],
    ['12x', 'EUR', null],
    ['-3', 'EUR', null],
  ])('%s %s', (text, currency, minor) => {
    expect(parseAmount(text, currency)).toBe(minor);
  });

  it('formats in the currency’s own digits', () => {
    expect(formatMoney({ minor: 120050, currency: 'EUR' }, 'en')).toBe('€1,200.50');
    expect(formatMoney({ minor: 120000, currency: 'EUR' }, 'en')).toBe('€1,200');
    expect(formatMoney({ minor: 500, currency: 'JPY' }, 'en')).toBe('¥500');
  });
});
