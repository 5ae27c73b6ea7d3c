// The protocol's shapes; docs/widget-protocol.md is the source.

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

export interface Conversation {
  id: string;
  state: string;
  seq: number;
  agent: Agent | null;
  line: Line | null;
  rating: Rating;
  messages: Message[];
}

export interface Inbox {
  label: string;
  greeting: string;
  csat: boolean;
  online: boolean;
  languages?: string[];
  form?: unknown;
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
  | { type: 'state'; seq: number; state: string; agent?: Agent | null; rating?: Rating }
  | ({ type: 'line' } & Line)
  | { type: 'typing'; on: boolean; name?: string }
  | { type: 'move'; within_ms: number }
  | { type: 'pong'; seq?: number };

const object = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null;

/** Reads a text frame; what is not of the protocol is null and left alone. */
export function parseFrame(text: unknown): Frame | null {
  if (typeof text !== 'string') return null;
  let v: unknown;
  try {
    v = JSON.parse(text);
  } catch {
    return null;
  }
  if (!object(v)) return null;
  switch (v.type) {
    case 'message':
      return object(v.message) && typeof v.message.id === 'string' ? (v as unknown as Frame) : null;
    case 'state':
      return typeof v.state === 'string' ? (v as unknown as Frame) : null;
    case 'line':
      return typeof v.position === 'number' ? (v as unknown as Frame) : null;
    case 'welcome':
    case 'typing':
    case 'move':
    case 'pong':
      return v as unknown as Frame;
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
