import { channels } from './channels';
import { readHours, writeHours, type Hours } from './hours';
import type { Queue, QueuePatch, Requirement } from './types';

/** A number field as Mantine edits it: a number, or text while it is empty or half typed. */
export type Typed = number | string;

/** A queue as the form edits it. */
export interface QueueValues {
  name: string;
  open: boolean;
  requirements: Requirement[];
  priority: Typed;
  offer_seconds: Typed;
  auto_accept: boolean;
  preferred_seconds: Typed;
  target_seconds: Typed;
  target_share: Typed;
  expire_hours: Typed;
  requeue_minutes: Typed;
  /** Cost by channel; empty text leaves the channel's own. */
  costs: Record<string, Typed>;
  /** Null: always open. */
  hours: Hours | null;
}

/** What a new queue begins with: the server's own defaults. */
export function newQueue(): QueueValues {
  return {
    name: '',
    open: true,
    requirements: [],
    priority: 0,
    offer_seconds: 20,
    auto_accept: false,
    preferred_seconds: 60,
    target_seconds: 60,
    target_share: 80,
    expire_hours: 24,
    requeue_minutes: 5,
    costs: Object.fromEntries(channels.map((c) => [c, ''])),
    hours: null,
  };
}

export function editQueue(q: Queue): QueueValues {
  return {
    name: q.name,
    open: q.open,
    requirements: q.requirements.map((r) => ({ ...r })),
    priority: q.priority,
    offer_seconds: q.offer_seconds,
    auto_accept: q.auto_accept,
    preferred_seconds: q.preferred_seconds,
    target_seconds: q.target_seconds,
    target_share: q.target_share,
    expire_hours: q.expire_hours,
    requeue_minutes: q.requeue_minutes,
    costs: Object.fromEntries(channels.map((c) => [c, q.costs[c] ?? ''])),
    hours: readHours(q.hours),
  };
}

const numbers = [
  'priority', 'offer_seconds', 'preferred_seconds', 'target_seconds', 'target_share', 'expire_hours', 'requeue_minutes',
] as const;

/** What the server is told. A number left empty is not sent and stays as it was. */
export function queuePatch(v: QueueValues): QueuePatch {
  const patch: QueuePatch = {
    name: v.name.trim(),
    open: v.open,
    requirements: v.requirements.filter((r) => r.skill_id !== ''),
    auto_accept: v.auto_accept,
    costs: Object.fromEntries(Object.entries(v.costs).filter(([, n]) => n !== '').map(([c, n]) => [c, Number(n)])),
    hours: writeHours(v.hours),
  };
  for (const key of numbers) {
    if (v[key] !== '') patch[key] = Number(v[key]);
  }
  return patch;
}
