import { describe, expect, it, vi } from 'vitest';
import { Problem } from '@/api/client';
import type { Message } from '@/api/types';
import { message } from '@/test/make';
import { Outbox, type Pending } from './outbox';

function setup(post: (p: Pending) => Promise<Message>, saved?: Pending[]) {
  const map = new Map<string, string>();
  if (saved) map.set('parley.outbox.me', JSON.stringify(saved));
  const storage = { getItem: (k: string) => map.get(k) ?? null, setItem: (k: string, v: string) => void map.set(k, v) };
  const sent: string[] = [];
  const outbox = new Outbox({ storage, owner: 'me', post, onSent: (m) => void sent.push(m.id), delay: () => 0 });
  return { outbox, sent, map };
}

const draft = (id: string, over: Partial<Pending> = {}) => ({ id, conversationId: 'c1', text: id, note: false, files: [], at: 0, seenSeq: 5, hold: true, ...over });
const ok = (p: Pending) => Promise.resolve(message({ id: p.id }));

describe('Outbox', () => {
  it('sends in order and is empty after', async () => {
    const order: string[] = [];
    const { outbox, sent } = setup((p) => {
      order.push(p.id);
      return ok(p);
    });
    outbox.add(draft('a'));
    outbox.add(draft('b'));
    await vi.waitFor(() => expect(sent).toEqual(['a', 'b']));
    expect(order).toEqual(['a', 'b']);
    expect(outbox.get()).toEqual([]);
  });

  it('tries again with the same id while there is no connection', async () => {
    const ids: string[] = [];
    const { outbox, sent } = setup((p) => {
      ids.push(p.id);
      return ids.length < 3 ? Promise.reject(new Problem(0, 'No connection', '')) : ok(p);
    });
    outbox.add(draft('a'));
    await vi.waitFor(() => expect(sent).toEqual(['a']));
    expect(ids).toEqual(['a', 'a', 'a']);
  });

  it('survives a reload: what was on its way is sent again', async () => {
    const { outbox, sent } = setup(ok, [{ ...draft('a'), state: 'sending' }]);
    expect(outbox.get()[0]?.state).toBe('waiting');
    outbox.resume();
    await vi.waitFor(() => expect(sent).toEqual(['a']));
  });

  it('holds a reply that a colleague forestalled, and sends it anyway on demand without hold', async () => {
    const holds: boolean[] = [];
    const { outbox, sent } = setup((p) => {
      holds.push(p.hold);
      return p.hold ? Promise.reject(new Problem(409, 'Conflict', 'Ana replied')) : ok(p);
    });
    outbox.add(draft('a'));
    outbox.add(draft('b'));
    await vi.waitFor(() => expect(outbox.get()[0]).toMatchObject({ state: 'held', reason: 'Ana replied' }));
    expect(outbox.get()[1]?.state).toBe('waiting'); // not before the one it follows
    outbox.retry('a');
    await vi.waitFor(() => expect(sent).toContain('a'));
    expect(holds.slice(0, 2)).toEqual([true, false]);
  });

  it('shows a refusal and goes on once it is discarded', async () => {
    const { outbox, sent } = setup((p) => (p.id === 'a' ? Promise.reject(new Problem(422, 'Invalid', 'too long')) : ok(p)));
    outbox.add(draft('a'));
    outbox.add(draft('b'));
    await vi.waitFor(() => expect(outbox.get()[0]).toMatchObject({ state: 'refused', reason: 'too long' }));
    outbox.discard('a');
    await vi.waitFor(() => expect(sent).toEqual(['b']));
  });

  it('does not let one conversation wait for another', async () => {
    const { outbox, sent } = setup((p) => (p.conversationId === 'c1' ? new Promise(() => undefined) : ok(p)));
    outbox.add(draft('a'));
    outbox.add(draft('z', { conversationId: 'c2' }));
    await vi.waitFor(() => expect(sent).toEqual(['z']));
  });
});
