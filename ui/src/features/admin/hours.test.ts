import { describe, expect, it } from 'vitest';
import { clock, minutes, officeHours, overlap, pastMidnight, readHours, span, writeHours } from './hours';

it.each([
  ['00:00', 0],
  ['9:30', 570],
  ['23:59', 1439],
  ['24:00', null],
  ['12:60', null],
  ['noon', null],
])('reads %s as %s minutes', (text, m) => expect(minutes(text)).toBe(m));

it('shows times past midnight by the clock', () => {
  expect(clock(1440)).toBe('00:00');
  expect(clock(1560)).toBe('02:00');
  expect(clock(570)).toBe('09:30');
});

describe('span', () => {
  it('ends the next day when the end is not after the begin', () => {
    expect(span(1320, 120)).toEqual({ from: 1320, to: 1560 });
    expect(span(0, 0)).toEqual({ from: 0, to: 1440 });
    expect(pastMidnight(span(1320, 120))).toBe(true);
    expect(pastMidnight(span(1080, 0))).toBe(false);
  });

  it('comes back from the clock as it was', () => {
    for (const s of [{ from: 540, to: 1080 }, { from: 1320, to: 1560 }, { from: 0, to: 1440 }]) {
      expect(span(minutes(clock(s.from)) ?? -1, minutes(clock(s.to)) ?? -1)).toEqual(s);
    }
  });
});

it('finds spans of a day that overlap, in any order', () => {
  expect(overlap([{ from: 840, to: 1080 }, { from: 540, to: 720 }])).toBe(false);
  expect(overlap([{ from: 540, to: 720 }, { from: 720, to: 800 }])).toBe(false);
  expect(overlap([{ from: 700, to: 800 }, { from: 540, to: 720 }])).toBe(true);
});

describe('the calendar of a queue', () => {
  it('has every day and sorted spans, and goes back whole', () => {
    const h = { zone: 'Europe/Rome', week: { mon: [{ from: 840, to: 1080 }, { from: 540, to: 780 }] }, holidays: { '2026-12-25': [] } };
    const read = readHours(h);
    expect(read?.week['mon']?.[0]?.from).toBe(540);
    expect(read?.week['sun']).toEqual([]);
    expect(writeHours(read)).toEqual(read);
  });

  it('tells "always" by an empty zone', () => {
    expect(writeHours(null)).toEqual({ zone: '', week: {}, holidays: {} });
    expect(readHours(writeHours(null))).toBeNull();
    expect(readHours(undefined)).toBeNull();
  });

  it('does not share its spans with what it was read from', () => {
    const h = officeHours('UTC');
    const read = readHours(h);
    if (read?.week['mon']?.[0]) read.week['mon'][0].from = 1;
    expect(h.week['mon']?.[0]?.from).toBe(540);
  });
});
