import { describe, expect, it } from 'vitest';
import { HOLD_MS, serviceLevel, settle, staffLevel, waitLevel, worst, type Held, type Level } from './status';

describe('waitLevel', () => {
  it.each<[number | null, number, Level]>([
    [null, 60, 'none'],
    [0, 60, 'ok'],
    [47.9, 60, 'ok'],
    [48, 60, 'near'],
    [60, 60, 'near'],
    [60.1, 60, 'breach'],
    [10, 0, 'none'],
  ])('%s s against %s s is %s', (seconds, target, level) => {
    expect(waitLevel(seconds, target)).toBe(level);
  });
});

describe('serviceLevel', () => {
  it.each<[number | null | undefined, number, Level]>([
    [null, 80, 'none'],
    [undefined, 80, 'none'],
    [1, 80, 'ok'],
    [0.85, 80, 'ok'],
    [0.84, 80, 'near'],
    [0.8, 80, 'near'],
    [79 / 100, 80, 'breach'],
    [0.99, 100, 'breach'],
    [1, 100, 'ok'],
  ])('%s against %s %% is %s', (share, target, level) => {
    expect(serviceLevel(share, target)).toBe(level);
  });
});

describe('staffLevel', () => {
  const q = { open: true, waiting: 0, staffed: 0, available: 0 };
  it.each<[Partial<typeof q>, Level]>([
    [{ available: 1, staffed: 1, waiting: 9 }, 'ok'],
    [{ waiting: 1, staffed: 2 }, 'near'],
    [{ waiting: 1 }, 'breach'],
    [{}, 'near'],
    [{ open: false }, 'none'],
    [{ staffed: 3 }, 'none'],
  ])('%j is %s', (change, level) => {
    expect(staffLevel({ ...q, ...change })).toBe(level);
  });
});

it('takes the worst of several levels', () => {
  expect(worst(['none', 'ok'])).toBe('ok');
  expect(worst(['near', 'breach', 'ok'])).toBe('breach');
  expect(worst([])).toBe('none');
});

describe('settle', () => {
  const run = (at: (ms: number) => Level, until: number, step = 250) => {
    let held: Held | undefined;
    const changes: number[] = [];
    for (let now = 0; now <= until; now += step) {
      const next = settle(held, at(now), now);
      if (held !== undefined && next.level !== held.level) changes.push(now);
      held = next;
    }
    return { changes, level: held?.level };
  };

  it('shows a first breach at once', () => {
    expect(run((ms) => (ms < 15_000 ? 'ok' : 'breach'), 20_000).changes).toEqual([15_000]);
  });

  it('toggles at most once in ten seconds, whatever the figure does', () => {
    const { changes } = run((ms) => (Math.floor(ms / 1000) % 2 === 0 ? 'ok' : 'breach'), 120_000);
    expect(changes.length).toBeGreaterThan(3);
    for (const [i, at] of changes.entries()) {
      if (i > 0) expect(at - (changes[i - 1] ?? 0)).toBeGreaterThanOrEqual(HOLD_MS);
    }
  });

  it('ends at what the figure says once it is quiet', () => {
    expect(run((ms) => (ms >= 4000 && ms < 6000 ? 'breach' : 'ok'), 30_000).level).toBe('ok');
  });
});
