import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DraftStore } from './drafts';

function fakeStorage() {
  const map = new Map<string, string>();
  return { map, getItem: (k: string) => map.get(k) ?? null, setItem: (k: string, v: string) => void map.set(k, v), removeItem: (k: string) => void map.delete(k) };
}

const file = { id: 'f1', name: 'a.pdf', type: 'application/pdf', size: 3, url: '/f' };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('DraftStore', () => {
  it('keeps reply and note apart, and conversations apart', () => {
    const drafts = new DraftStore(fakeStorage(), 'me');
    drafts.set('c1', 'reply', { text: 'to the customer' }, 1);
    drafts.set('c1', 'note', { text: 'between us' }, 1);
    expect(drafts.get('c1', 'reply').text).toBe('to the customer');
    expect(drafts.get('c1', 'note').text).toBe('between us');
    expect(drafts.get('c2', 'reply').text).toBe('');
  });

  it('saves soon after typing, at once when flushed, and is read back with its files', () => {
    const storage = fakeStorage();
    const drafts = new DraftStore(storage, 'me');
    drafts.set('c1', 'reply', { text: 'h' }, 1);
    expect(storage.map.size).toBe(0);
    vi.advanceTimersByTime(300);
    expect(storage.map.size).toBe(1);
    drafts.set('c1', 'reply', { text: 'hi', files: [file] }, 1);
    drafts.flush();
    const again = new DraftStore(storage, 'me');
    expect(again.get('c1', 'reply')).toMatchObject({ text: 'hi', files: [file] });
    expect(new DraftStore(storage, 'other').get('c1', 'reply').text).toBe('');
  });

  it('forgets what was cleared, in storage too', () => {
    const storage = fakeStorage();
    const drafts = new DraftStore(storage, 'me');
    drafts.set('c1', 'reply', { text: 'x' }, 1);
    drafts.flush();
    drafts.clear('c1', 'reply');
    drafts.flush();
    expect(storage.map.size).toBe(0);
  });

  it('remembers where the thread stood when writing began, not when it went on', () => {
    const drafts = new DraftStore(fakeStorage(), 'me');
    drafts.set('c1', 'reply', { text: 'a' }, 10, 1000);
    drafts.set('c1', 'reply', { text: 'ab' }, 12, 2000);
    expect(drafts.get('c1', 'reply')).toMatchObject({ startedSeq: 10, startedAt: 1000 });
    drafts.set('c1', 'reply', { text: '' }, 13, 3000);
    drafts.set('c1', 'reply', { text: 'b' }, 14, 4000);
    expect(drafts.get('c1', 'reply')).toMatchObject({ startedSeq: 14, startedAt: 4000 });
  });

  it('goes on in memory when storage refuses, and survives nonsense in it', () => {
    const full = { getItem: () => '{broken', setItem: () => { throw new Error('full'); }, removeItem: () => undefined };
    const drafts = new DraftStore(full, 'me');
    expect(drafts.get('c1', 'reply').text).toBe('');
    drafts.set('c1', 'reply', { text: 'kept' }, 1);
    drafts.flush();
    expect(drafts.get('c1', 'reply').text).toBe('kept');
  });

  it('follows another tab unless it has something newer of its own', () => {
    const storage = fakeStorage();
    const here = new DraftStore(storage, 'me');
    const there = new DraftStore(storage, 'me');
    here.get('c1', 'reply');
    there.set('c1', 'reply', { text: 'from the other tab' }, 1);
    there.flush();
    here.changedElsewhere('parley.draft.me.c1.reply');
    expect(here.get('c1', 'reply').text).toBe('from the other tab');
    here.set('c1', 'reply', { text: 'mine' }, 1);
    here.changedElsewhere('parley.draft.me.c1.reply');
    expect(here.get('c1', 'reply').text).toBe('mine');
  });
});
