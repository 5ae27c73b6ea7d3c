import { describe, expect, it } from 'vitest';
import { i18next } from '@/i18n';
import { carried, clashes, clock, dateIn, datesFrom, dayBefore, distinct, groups, hoursPaths, minutes, nextSpan, officeHours, overlap, pastMidnight, readHours, snap, span, spanWords, weeklyMinutes, writeHours, type Span } from './hours';
import { weekWords } from './summary';
import { offsetOf, timeIn, zoneName, zones } from './zones';
import './words';

it.each([
  ['00:00', 0],
  ['9:30', 570],
  ['23:59', 1439],
  ['24:00', 1440],
  ['24:01', null],
  ['9', 540],
  ['930', 570],
  ['1730', 1050],
  ['9.05', 545],
  ['5 pm', 1020],
  ['12am', 0],
  ['13pm', null],
  ['', null],
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

const of = (from: number, to: number): Span => ({ from, to });

describe('names of holidays', () => {
  it('stay with their days, and go with them', () => {
    const h = { zone: 'UTC', week: {}, holidays: { '2026-12-25': [] }, names: { '2026-12-25': ' Christmas ', '2026-12-26': 'Gone', '2027-01-01': '' } };
    expect(writeHours(readHours(h)).names).toEqual({ '2026-12-25': 'Christmas' });
  });
});

describe('the week', () => {
  const nights = { ...officeHours('UTC').week, fri: [of(1320, 1560)], sat: [of(60, 120)] };

  it('is told in as few words as it has different days', () => {
    const t = i18next.getFixedT('en', 'calendar');
    expect(weekWords(officeHours('UTC'), t)).toBe('Mon–Fri 09:00–18:00');
    expect(weekWords({ week: { ...nights, wed: [of(540, 720), of(780, 1440)], sun: [of(0, 1440)] } }, t))
      .toBe('Mon–Tue 09:00–18:00; Wed 09:00–12:00, 13:00–24:00; Thu 09:00–18:00; Fri 22:00–02:00; Sat 01:00–02:00; Sun all day');
    expect(weekWords({ week: {} }, t)).toBe('never');
    expect(groups(officeHours('UTC').week).map((g) => g.days.length)).toEqual([5, 2]);
  });

  it('knows what reaches over midnight, and what runs into it', () => {
    expect(carried(nights.fri)).toEqual([of(0, 120)]);
    expect(carried([of(540, 1440)])).toEqual([]);
    expect(clashes(nights)).toEqual(['sat']);
    expect(clashes(officeHours('UTC').week)).toEqual([]);
    expect(dayBefore('mon')).toBe('sun');
    expect(clashes({ sun: [of(1380, 1500)], mon: [of(30, 60)] })).toEqual(['mon']);
  });

  it('counts its hours, over midnight too', () => expect(weeklyMinutes(nights)).toBe(4 * 540 + 240 + 60));

  it('takes another span where there is room', () => {
    expect(nextSpan([])).toEqual(of(540, 1080));
    expect(nextSpan([of(780, 1080), of(540, 720)])).toEqual(of(1140, 1380));
    expect(nextSpan([of(540, 1420)])).toEqual(of(1421, 1440));
    expect(nextSpan([of(540, 1440)])).toBeNull();
    expect(nextSpan([of(1320, 1560)])).toBeNull();
  });

  it('is pulled to quarters of an hour within the day', () => expect([-5, 7, 8, 1444].map(snap)).toEqual([0, 0, 15, 1440]));
});

it.each([
  [of(540, 1080), '09:00–18:00'],
  [of(0, 1440), '00:00–24:00'],
  [of(1320, 1560), '22:00–02:00'],
])('writes %j as %s', (s, words) => expect(spanWords(s)).toBe(words));

it('ends at midnight when the end is written as 24:00 or 00:00', () => {
  expect(span(540, 1440)).toEqual(of(540, 1440));
  expect(span(540, 0)).toEqual(of(540, 1440));
  expect(span(1440, 120)).toEqual(of(0, 120));
});

describe('several days at once', () => {
  it('are each of them, over the end of a month and a change of the clock', () => {
    expect(datesFrom('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
    expect(datesFrom('2026-03-28', '2026-03-30')).toHaveLength(3);
  });

  it('are one when the last is missing or before the first, and never endless', () => {
    expect(datesFrom('2026-12-25', '')).toEqual(['2026-12-25']);
    expect(datesFrom('2026-12-25', '2026-12-01')).toEqual(['2026-12-25']);
    expect(datesFrom('', '2026-12-01')).toEqual([]);
    expect(datesFrom('2026-01-01', '2030-01-01')).toHaveLength(62);
  });
});

describe('time zones', () => {
  const at = Date.parse('2026-12-24T23:30:00Z');

  it('have dates and clocks of their own', () => {
    expect(dateIn('Europe/Rome', at)).toBe('2026-12-25');
    expect(dateIn('America/New_York', at)).toBe('2026-12-24');
    expect(offsetOf('Asia/Kolkata', at)).toBe('UTC+5:30');
    expect(timeIn('Europe/Rome', at, 'en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })).toBe('00:30');
    expect(timeIn('Europe/Atlantis', at, 'en', {})).toBe('');
  });

  it('are listed with one that the browser does not know, and named as people read them', () => {
    expect(zones('Mars/Base_1')).toContain('Mars/Base_1');
    expect(zones('')).toContain('UTC');
    expect(zoneName('America/Argentina/Buenos_Aires')).toBe('America / Argentina / Buenos Aires');
    expect(zoneName('America/Argentina/Buenos_Aires', true)).toBe('Buenos Aires');
  });
});

it('has a place for each fault of a calendar', () => {
  const paths = hoursPaths('hours', { ...officeHours('UTC'), holidays: { '2026-12-25': [] } });
  for (const path of ['hours', 'hours.zone', 'hours.week.mon', 'hours.holidays.2026-12-25']) expect(paths).toContain(path);
  expect(hoursPaths('hours', null)).toEqual(['hours']);
});

it('offers each calendar of others once, under the first name that has it', () => {
  const night = { ...officeHours('UTC'), zone: 'Asia/Tokyo' };
  const found = distinct([{ name: 'Ana' }, { name: 'Ben', hours: officeHours('UTC') }, { name: 'Cleo', hours: { zone: '', week: {}, holidays: {} } }, { name: 'Dan', hours: officeHours('UTC') }, { name: 'Eve', hours: night }]);
  expect(found.map((x) => x.name)).toEqual(['Ben', 'Eve']);
  expect(distinct([{ name: 'Ben', hours: officeHours('UTC') }, { name: 'Eve', hours: night }], 1)).toHaveLength(1);
});
