import { describe, expect, it } from 'vitest';
import { BoardStore, longestWait, STALE_MS, TOTALS } from './boardStore';
import type { Board, BoardQueue } from './types';

const begin = Date.parse('2026-03-02T10:00:00Z');

function queue(change: Partial<BoardQueue> = {}): BoardQueue {
  const none = { n: 0, median: null, p90: null, mean: null, business_median: null };
  return {
    id: 'q1', name: 'Support', open: true, waiting: 0, offered: 0, active: 0, overdue: 0, unwanted: 0, later: 0, off_hours: false, staffed: 2, available: 1,
    target_seconds: 60, target_share: 80, answered: 0, answered_within: 0, abandoned: 0, abandoned_short: 0,
    service_level: null, abandonment: null, first_response: none, hour: [],
    csat: { sent: 0, n: 0, share: null, mean: null, response_rate: null, scores: [0, 0, 0, 0, 0] },
    ...change,
  };
}

function board(at: number, ...queues: BoardQueue[]): Board {
  return { at: new Date(at).toISOString(), seq: 1, queues, agents: [], totals: queue({ id: '' }), rules: [], quarantined: 0 };
}

function harness(skew = 0) {
  let now = begin;
  const store = new BoardStore(() => now);
  let told = 0;
  store.subscribe(() => told++);
  return {
    store,
    at: (ms: number) => {
      now = begin + ms;
    },
    frame: (...queues: BoardQueue[]) => store.receive(board(now + skew, ...queues), now),
    told: () => told,
    level: (id = 'q1') => store.snapshot().levels.get(id)?.all,
  };
}

describe('BoardStore', () => {
  it('is stale within five seconds of the last frame, and alive with the next', () => {
    expect(STALE_MS).toBeLessThan(4750);
    const h = harness();
    h.frame(queue());
    h.at(STALE_MS - 1);
    h.store.tick();
    expect(h.store.snapshot().stale).toBe(false);
    h.at(STALE_MS);
    h.store.tick();
    expect(h.store.snapshot().stale).toBe(true);
    h.frame(queue());
    expect(h.store.snapshot().stale).toBe(false);
  });

  it('is stale at once when what it is given came long ago', () => {
    const h = harness();
    h.store.receive(board(begin - 60_000, queue()), begin - 60_000);
    expect(h.store.snapshot().stale).toBe(true);
  });

  it('breaches when the wait passes the target without any new frame', () => {
    const h = harness();
    const q = queue({ waiting: 1, longest_since: new Date(begin - 57_000).toISOString() });
    h.frame(q);
    expect(h.level()).toBe('near');
    // The level has held for ten seconds by then; frames come but say nothing new.
    for (let ms = 1000; ms <= 11_000; ms += 1000) {
      h.at(ms);
      h.store.tick();
      h.frame(q);
    }
    expect(h.level()).toBe('breach');
    expect(h.level(TOTALS)).toBe('breach');
  });

  it('keeps the levels of a dead feed as they were', () => {
    const h = harness();
    h.frame(queue({ waiting: 1, longest_since: new Date(begin - 30_000).toISOString() }));
    h.at(120_000);
    h.store.tick();
    expect(h.level()).toBe('ok');
  });

  it('counts waits by the clock of the server', () => {
    const skew = 3_600_000;
    const h = harness(skew);
    h.frame(queue({ waiting: 1, longest_since: new Date(begin + skew - 10_000).toISOString() }));
    const view = h.store.snapshot();
    expect(view.skew).toBe(skew);
    expect(longestWait(view.board?.queues[0] ?? queue(), begin + view.skew)).toBe(10);
    expect(h.level()).toBe('ok');
  });

  it('ignores a board that came before what it shows', () => {
    const h = harness();
    h.at(2000);
    h.frame(queue({ waiting: 5 }));
    h.store.receive(board(begin, queue({ waiting: 1 })), begin);
    expect(h.store.snapshot().board?.queues[0]?.waiting).toBe(5);
  });

  it('tells nobody when a tick changes nothing', () => {
    const h = harness();
    h.frame(queue());
    const before = h.told();
    h.at(1000);
    h.store.tick();
    expect(h.told()).toBe(before);
  });
});
