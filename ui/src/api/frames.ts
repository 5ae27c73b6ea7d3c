import type { Agent, Board, Conversation, EventItem, Line, Message, Offer } from './types';

/** What the server says; docs/console-protocol.md explains each. */
export type ServerFrame =
  | { type: 'welcome'; epoch: string; seq: number; reset: boolean }
  | ChangeFrame
  | { type: 'typing'; conversation_id: string; who: 'customer' | 'agent'; name: string; on: boolean }
  | { type: 'viewers'; conversation_id: string; agents: Viewer[] }
  | { type: 'lines'; queues: Line[] }
  | { type: 'board'; board: Board }
  | { type: 'move'; within_ms: number }
  | { type: 'pong'; seq?: number }
  | { type: 'error'; message: string };

export interface ChangeFrame {
  type: 'change';
  seq: number;
  event: EventItem;
  conversation?: Conversation;
  message?: Message;
  agent?: Agent;
  offer?: Offer;
}

export interface Viewer {
  id: string;
  name: string;
  typing: boolean;
}

export type ClientFrame =
  | { type: 'hello'; epoch?: string; last?: number }
  | { type: 'view'; conversation_id: string }
  | { type: 'typing'; conversation_id: string; on: boolean }
  | { type: 'board'; on: boolean }
  | { type: 'ping' };
