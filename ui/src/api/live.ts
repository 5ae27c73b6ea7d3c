import { createContext, useContext } from 'react';
import type { ChangeFrame, ServerFrame, Viewer } from './frames';
import type { ConsoleSocket } from './socket';
import { createStore } from './store';
import type { Line } from './types';

// What the socket tells that no REST list holds: it is worth nothing when old,
// so it lives outside the query cache and is cleared when the socket drops.

export interface Typing {
  name: string;
  who: 'customer' | 'agent';
  until: number;
}

export const typing = createStore<ReadonlyMap<string, Typing>>(new Map());
export const viewers = createStore<ReadonlyMap<string, Viewer[]>>(new Map());
export const lines = createStore<Line[] | null>(null);

const typingLasts = 6000;
let sweep: ReturnType<typeof setTimeout> | undefined;

function forgetTyping(): void {
  const now = Date.now();
  const left = [...typing.get()].filter(([, t]) => t.until > now);
  if (left.length !== typing.get().size) typing.set(new Map(left));
  clearTimeout(sweep);
  if (left.length > 0) sweep = setTimeout(forgetTyping, Math.min(...left.map(([, t]) => t.until)) - now + 10);
}

export function stopTyping(conversationId: string): void {
  if (!typing.get().has(conversationId)) return;
  const next = new Map(typing.get());
  next.delete(conversationId);
  typing.set(next);
}

export function applyLive(frame: ServerFrame): void {
  switch (frame.type) {
    case 'typing': {
      if (!frame.on) {
        stopTyping(frame.conversation_id);
        return;
      }
      const next = new Map(typing.get());
      next.set(frame.conversation_id, { name: frame.name, who: frame.who, until: Date.now() + typingLasts });
      typing.set(next);
      forgetTyping();
      return;
    }
    case 'viewers': {
      const next = new Map(viewers.get());
      next.set(frame.conversation_id, frame.agents);
      viewers.set(next);
      return;
    }
    case 'lines':
      lines.set(frame.queues);
      return;
  }
}

export function clearLive(): void {
  typing.set(new Map());
  viewers.set(new Map());
}

type Listener = (frame: ChangeFrame) => void;
const listeners = new Set<Listener>();

/** Follows changes after the caches have them: for sounds, notices and announcements. */
export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellChange(frame: ChangeFrame): void {
  for (const listener of [...listeners]) listener(frame);
}

const SocketContext = createContext<ConsoleSocket | null>(null);
export const SocketProvider = SocketContext.Provider;

/** The console's socket; there is one wherever somebody is logged in. */
export function useSocket(): ConsoleSocket {
  const socket = useContext(SocketContext);
  if (!socket) throw new Error('useSocket outside a session');
  return socket;
}
