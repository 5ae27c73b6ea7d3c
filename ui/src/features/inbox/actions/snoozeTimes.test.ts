import { expect, it } from 'vitest';
import { localInput, snoozeTimes } from './snoozeTimes';

it('offers the usual moments, a Sunday’s tomorrow being Monday only once', () => {
  const sunday = new Date(2026, 2, 1, 15, 30);
  const choices = snoozeTimes(sunday).map((c) => [c.word, localInput(c.until)]);
  expect(choices).toEqual([
    ['hour', '2026-03-01T16:30'],
    ['threeHours', '2026-03-01T18:30'],
    ['tomorrow', '2026-03-02T09:00'],
    ['week', '2026-03-08T09:00'],
  ]);
});

it('on a Monday means the next one', () => {
  const monday = new Date(2026, 2, 2, 8, 0);
  expect(snoozeTimes(monday).find((c) => c.word === 'monday')?.until).toEqual(new Date(2026, 2, 9, 9, 0));
});
