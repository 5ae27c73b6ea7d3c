import type { Money } from '@/api/types';

/** Digits after the point that a currency has: 2 for EUR, 0 for JPY. */
export function digits(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

export function formatMoney(m: Money, locale?: string): string {
  if (!m.currency) return m.minor ? String(m.minor / 100) : '';
  const value = m.minor / 10 ** digits(m.currency);
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency: m.currency, maximumFractionDigits: value % 1 === 0 ? 0 : undefined }).format(value);
  } catch {
    return `${value} ${m.currency}`;
  }
}

/** "1 200,50" or "1200.5" in minor units; null when it is no amount. */
export function parseAmount(text: string, currency: string): number | null {
  const plain = text.replace(/[\s'’]/g, '').replace(/,(?=\d{3}(\D|$))/g, '').replace(',', '.');
  if (!/^\d+(\.\d+)?$/.test(plain)) return null;
  return Math.round(Number(plain) * 10 ** digits(currency));
}
