import type { RefObject } from 'react';
import { useNavigate } from 'react-router';
import type { Conversation } from '@/api/types';
import { useKeys, type Keymap } from '@/ui/hotkeys';
import type { ThreadHandle } from './thread/ThreadPane';

interface Input {
  live: Conversation[];
  openAt: number;
  openId: string | undefined;
  linkTo: (c: Conversation) => string;
  toList: () => void;
  thread: RefObject<ThreadHandle | null>;
  search: RefObject<HTMLInputElement | null>;
  toggle: (id: string) => void;
  add: (id: string) => void;
  clear: () => void;
  selected: ReadonlySet<string>;
  beside: string | undefined;
  closeBeside: () => void;
}

/** The row that has the focus, if one has. */
function focusedRow(): string | undefined {
  return document.activeElement?.closest<HTMLElement>('[data-id]')?.dataset.id;
}

export function useInboxKeys(i: Input): void {
  const navigate = useNavigate();
  const step = (by: 1 | -1) => {
    const focused = focusedRow();
    const at = focused ? i.live.findIndex((c) => c.id === focused) : i.openAt;
    return i.live[at < 0 ? 0 : Math.min(i.live.length - 1, Math.max(0, at + by))];
  };
  const open = (by: 1 | -1) => () => {
    const next = step(by);
    if (next) void navigate(i.linkTo(next), { replace: Boolean(i.openId) });
  };
  const extend = (by: 1 | -1) => () => {
    const here = i.live[i.openAt];
    if (here) i.add(here.id);
    const next = step(by);
    if (next) {
      i.add(next.id);
      void navigate(i.linkTo(next), { replace: Boolean(i.openId) });
    }
  };
  const map: Keymap = {
    j: open(1),
    k: open(-1),
    'shift+j': extend(1),
    'shift+k': extend(-1),
    x: () => {
      const id = focusedRow() ?? i.openId;
      if (!id) return false;
      i.toggle(id);
    },
    '/': () => i.search.current?.focus(),
    escape: () => {
      if (i.selected.size > 0) i.clear();
      else if (i.beside) i.closeBeside();
      else if (i.openId) i.toList();
      else return false;
    },
  };
  if (i.openId) {
    map.r = () => i.thread.current?.compose('reply');
    map.n = () => i.thread.current?.compose('note');
    map.e = () => i.thread.current?.act({ do: 'resolve' }) ?? false;
    map['='] = () => i.thread.current?.act({ do: 'take' }) ?? false;
    map.z = () => i.thread.current?.dialog('snooze') ?? false;
    map.l = () => i.thread.current?.dialog('tags') ?? false;
    map.a = () => (i.thread.current?.dialog('transfer') || i.thread.current?.dialog('assign')) ?? false;
  }
  useKeys(map);
}
