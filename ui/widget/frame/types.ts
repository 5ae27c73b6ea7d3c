// The protocol's shapes; docs/widget-protocol.md is the source.
import { has, known, type Shape } from '../bridge';

export interface Attachment {
  id: string;
  name: string;
  type: string;
  size: number;
  url: string;
  kind: string;
}

export interface Message {
  id: string;
  direction: 'in' | 'out';
  author: string;
  kind: string;
  text: string;
  name?: string;
  status: string;
  at: string;
  attachments?: Attachment[];
}

export interface Agent {
  name: string;
  initials: string;
}

export interface Line {
  position: number;
  of: number;
  low_seconds?: number;
  high_seconds?: number;
}

export interface Rating {
  asked: boolean;
  score: number;
  comment: string;
}

/** What the visitor may have instead of waiting, and what they chose. */
export interface Instead {
  offered?: 'message' | 'callback';
  chosen?: 'message' | 'callback';
}

export interface Conversation {
  id: string;
  state: string;
  seq: number;
  agent: Agent | null;
  line: Line | null;
  instead?: Instead;
  rating: Rating;
  messages: Message[];
}

export interface Inbox {
  label: string;
  greeting: string;
  csat: boolean;
  online: boolean;
  languages?: string[];
  form?: boolean;
}

export interface Session {
  token: string;
  visitor_id: string;
  inbox: Inbox;
  conversation: Conversation | null;
}

export type Frame =
  | { type: 'welcome'; seq: number; reset: boolean; conversation?: Conversation | null }
  | { type: 'message'; seq: number; message: Message }
  | { type: 'state'; seq: number; state: string; agent?: Agent | null; instead?: Instead; rating?: Rating }
  | ({ type: 'line' } & Line)
  | { type: 'typing'; on: boolean; name?: string }
  | { type: 'move'; within_ms: number }
  | { type: 'pong'; seq?: number };

const FRAMES: Record<string, Shape> = {
  welcome: {}, message: { message: 'object' }, state: { state: 'string' }, line: { position: 'number' }, typing: {}, move: {}, pong: {},
};

/** Reads a text frame; what is not of the protocol is null and left alone. */
export function parseFrame(text: unknown): Frame | null {
  try {
    const v: unknown = JSON.parse(text as string);
    if (known(v, FRAMES) && ((v as Frame).type !== 'message' || has((v as { message: unknown }).message, { id: 'string' }))) return v as Frame;
  } catch {
    // not JSON
  }
  return null;
}

/** A message of ours that the server has not shown back yet. */
export interface Pending {
  id: string;
  text: string;
  files: Attachment[];
  fields?: Record<string, string>;
  at: string;
  state: 'sending' | 'accepted' | 'failed';
  error?: string;
}
