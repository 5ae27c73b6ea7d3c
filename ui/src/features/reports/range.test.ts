import { describe, expect, it } from 'vitest';
import { addDays, dayIn, isDay, readFilters, writeFilters } from './range';

const today = '2026-03-02';
const read = (query: string) => readFilters(new URLSearchParams(query), today);

describe('readFilters', () => {
  it('begins with today by queue', () => {
    expect(read('')).toEqual({ range: 'today', from: today, to: today, by: 'queue', queue: '', channel: '', agent: '' });
  });

  it('counts back from today, today included', () => {
    expect(read('range=7d')).toMatchObject({ from: '2026-02-24', to: today });
  });

  it('takes a custom range in either order', () => {
    expect(read('range=custom&from=2026-02-10&to=2026-02-01')).toMatchObject({ range: 'custom', from: '2026-02-01', to: '2026-02-10' });
  });

  it.each(['range=custom', 'range=custom&from=2026-02-30&to=2026-03-01', 'range=nonsense', 'by=shoe'])('gives defaults for %s', (query) => {
    expect(read(query)).toMatchObject({ range: 'today', by: 'queue', from: today });
  });
});

describe('writeFilters', () => {
  it.each(['', 'range=7d&by=agent', 'range=custom&from=2026-02-01&to=2026-02-10&by=day&queue=q&channel=sms&agent=a'])('is read back as it was: %s', (query) => {
    const f = read(query);
    expect(readFilters(writeFilters(new URLSearchParams(), f), today)).toEqual(f);
  });

  it('leaves defaults out and other parameters alone', () => {
    expect(writeFilters(new URLSearchParams('show=csat&range=7d'), read('')).toString()).toBe('show=csat');
  });
});

it('knows days of the calendar', () => {
  expect(isDay('2024-02-29')).toBe(true);
  expect(isDay('2026-02-29')).toBe(false);
  expect(isDay('02/03/2026')).toBe(false);
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
});

it('tells the day in the zone of the reports', () => {
  const at = new Date('2026-03-01T23:30:00Z');
  expect(dayIn('Europe/Rome', at)).toBe('2026-03-02');
  expect(dayIn('America/New_York', at)).toBe('2026-03-01');
  expect(isDay(dayIn('No/Such_Zone', at))).toBe(true);
});
