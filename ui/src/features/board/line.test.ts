import { describe, expect, it } from 'vitest';
import { inOrder, lineKey, priorityForFront, type InLine } from './line';

const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 10, minute)).toISOString();
const row = (id: string, minute: number, priority = 0): InLine => ({ id, priority, queued_at: at(minute), created_at: at(0) });

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
    const p = priorityForFront(rows, 'c');
    expect(p).toBe(10);
    const moved = rows.map((r) => (r.id === 'c' ? { ...r, priority: p ?? 0 } : r));
    expect(inOrder(moved)[0]?.id).toBe('c');
    const less = rows.map((r) => (r.id === 'c' ? { ...r, priority: (p ?? 0) - 1 } : r));
    expect(lineKey(less[2] ?? row('x', 0))).toBeGreaterThanOrEqual(lineKey(row('a', 0)));
  });

  it('leaves a row that is first, or alone, as it is', () => {
    expect(priorityForFront([row('a', 0, 4), row('b', 7)], 'a')).toBe(4);
    expect(priorityForFront([row('a', 0, 4)], 'a')).toBe(4);
  });

  it('stays within what the server takes, and knows no row that is gone', () => {
    expect(priorityForFront([row('a', 0, 1000), row('b', 50)], 'b')).toBe(1000);
    expect(priorityForFront([row('a', 0)], 'zz')).toBeNull();
  });
});
