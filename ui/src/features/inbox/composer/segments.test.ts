import { describe, expect, it } from 'vitest';
import { segments } from './segments';

const a = (n: number) => 'a'.repeat(n);

describe('segments', () => {
  it.each([
    ['', 0, 160],
    [a(160), 1, 0],
    [a(161), 2, 145],
    [a(306), 2, 0],
    [a(307), 3, 152],
  ])('GSM-7: %#', (text, count, left) => {
    expect(segments(text)).toEqual({ encoding: 'GSM-7', count, left });
  });

  it('counts the extension table twice and does not split it', () => {
    expect(segments('€'.repeat(80))).toEqual({ encoding: 'GSM-7', count: 1, left: 0 });
    expect(segments('€'.repeat(81))).toMatchObject({ count: 2 });
    // 152 + € does not fit into 153 places: the € begins the next message.
    expect(segments(a(152) + '€' + a(10))).toEqual({ encoding: 'GSM-7', count: 2, left: 153 - 12 });
  });

  it.each([
    ['ą' + a(69), 1, 0],
    ['ą' + a(70), 2, 63],
  ])('UCS-2: %#', (text, count, left) => {
    expect(segments(text)).toEqual({ encoding: 'UCS-2', forcedBy: 'ą', count, left });
  });

  it('names the first character that forces UCS-2, whole', () => {
    expect(segments('fine so far 🙂 ą').forcedBy).toBe('🙂');
  });

  it('counts an emoji as two units and keeps the pair together', () => {
    expect(segments('🙂'.repeat(35))).toMatchObject({ count: 1, left: 0 });
    // 66 + a pair would reach 68 of 67: the pair goes on whole.
    expect(segments(a(66) + '🙂' + a(3))).toMatchObject({ encoding: 'UCS-2', count: 2, left: 67 - 5 });
  });
});
