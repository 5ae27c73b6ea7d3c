import { expect, it } from 'vitest';
import { clockText, percent, wallClock } from './format';
import { curve } from './Sparkline';

it.each([
  [0, '0:00'],
  [42.9, '0:42'],
  [727, '12:07'],
  [3727, '1:02:07'],
  [93_600, '1d 2h'],
  [-5, '0:00'],
])('shows %s s as %s', (s, text) => expect(clockText(s)).toBe(text));

it.each([
  [59, '0:59'],
  [3599, '59:59'],
  [3720, '1h02'],
  [90_000, '25h'],
  [864_000, '10d'],
])('shows %s s on the wall as %s', (s, text) => {
  expect(wallClock(s)).toBe(text);
  expect(wallClock(s).length).toBeLessThanOrEqual(5);
});

it.each([
  [null, null],
  [undefined, null],
  [0, '0%'],
  [0.034, '3.4%'],
  [0.876, '88%'],
  [1, '100%'],
])('shows the share %s as %s', (share, text) => expect(percent(share)).toBe(text));

it('draws values and limit inside the box, the larger the higher', () => {
  const { line, limitY } = curve([0, 5, 10], 20);
  const ys = line.slice(1).split('L').map((p) => Number(p.split(',')[1]));
  expect(ys[0]).toBe(32);
  expect(ys[2]).toBeLessThan(ys[1] ?? 0);
  expect(limitY).toBeGreaterThan(0);
  expect(limitY).toBeLessThan(ys[2] ?? 0);
  expect(curve([], undefined)).toEqual({ line: '', area: '', limitY: null });
});
