import { describe, expect, it } from 'vitest';
import { inOrder, lineKey, priorityForFront, type InLine } from './line';

const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 10, minute)).toISOString();
const row = (id: string, minute: number, priority = 0): InLine => ({ id, priority, line_at: at(minute - priority), created_at: at(0) });
const byScore = { order: '', weight: 100 };

describe('inOrder', () => {
  it('puts the longest wait first, and priority counts as minutes waited', () => {
    expect(inOrder([row('late', 20), row('early', 5), row('vip', 18, 15)]).map((r) => r.id)).toEqual(['vip', 'early', 'late']);
  });

  it('breaks ties by id and leaves its input alone', () => {
    const rows = [row('b', 1), row('a', 1)];
    expect(inOrder(rows).map((r) => r.id)).toEqual(['a', 'b']);
    expect(rows[0]?.id).toBe('b');
  });
});

describe('priorityForFront', () => {
  it('gives the least whole minutes that put a row before all others', () => {
    const rows = [row('a', 0), row('b', 7), row('c', 9, 3)];
    expect(priorityForFront(rows, 'c', byScore)).toBe(10);
    expect(inOrder([row('a', 0), row('b', 7), row('c', 9, 10)])[0]?.id).toBe('c');
    expect(lineKey(row('c', 9, 9))).toBeGreaterThanOrEqual(lineKey(row('a', 0)));
  });

  it('knows what a point is worth in the queue', () => {
    const rows = [row('a', 0), row('b', 9)];
    expect(priorityForFront(rows, 'b', { order: '', weight: 200 })).toBe(19);
    expect(priorityForFront(rows, 'b', { order: 'priority', weight: 100 })).toBe(1);
  });

  it('leaves a row that is first, or alone, as it is', () => {
    expect(priorityForFront([row('a', 0, 4), row('b', 7)], 'a', byScore)).toBe(4);
    expect(priorityForFront([row('a', 0, 4)], 'a', byScore)).toBe(4);
  });

  it('stays within what the server takes, and knows no row that is gone', () => {
    expect(priorityForFront([row('a', 0, 1000), row('b', 50)], 'b', byScore)).toBe(1000);
    expect(priorityForFront([row('a', 0)], 'zz', byScore)).toBeNull();
  });
});
