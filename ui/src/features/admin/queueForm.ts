import { channels } from './channels';
import { readHours, writeHours, type Hours } from './calendar/hours';
import { tidyRing, type Ring } from './rings/plan';
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
  after_hours: AfterHours;
  after_hours_queue_id: string;
  /** Name of a policy, without its reserve. */
  policy: string;
  reserve: Typed;
  order: Order;
  weight: Typed;
  alert_declines: Typed;
  rings: Ring[];
}

export type AfterHours = NonNullable<QueuePatch['after_hours']>;
export type Order = NonNullable<QueuePatch['order']>;

/** In the order people see them. */
export const afterHours: readonly AfterHours[] = ['serve', 'say', 'message', 'overflow'];
export const orders: readonly Order[] = ['score', 'priority'];

/** A policy as queues name it, "longest-idle+reserve=2", in its parts. */
export function readPolicy(name: string): { policy: string; reserve: number } {
  const [policy = 'default', reserve = '0'] = name.split('+reserve=');
  return { policy: policy || 'default', reserve: Number(reserve) || 0 };
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
    after_hours: 'serve',
    after_hours_queue_id: '',
    policy: 'default',
    reserve: 0,
    order: 'score',
    weight: 100,
    alert_declines: 3,
    rings: [],
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
    after_hours: q.after_hours as AfterHours,
    after_hours_queue_id: q.after_hours_queue_id ?? '',
    ...readPolicy(q.policy),
    order: q.order as Order,
    weight: q.weight,
    alert_declines: q.alert_declines,
    rings: (q.rings ?? []).map(tidyRing),
  };
}

const numbers = [
  'priority', 'offer_seconds', 'preferred_seconds', 'target_seconds', 'target_share', 'expire_hours', 'requeue_minutes', 'reserve', 'weight', 'alert_declines',
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
    policy: v.policy,
    order: v.order,
    // Without hours nobody comes outside them, and what was half chosen for that is dropped.
    after_hours: v.hours === null && v.after_hours === 'overflow' && v.after_hours_queue_id === '' ? 'serve' : v.after_hours,
    rings: v.rings.map(tidyRing),
  };
  if (patch.after_hours === 'overflow') patch.after_hours_queue_id = v.after_hours_queue_id;
  for (const key of numbers) {
    if (v[key] !== '') patch[key] = Number(v[key]);
  }
  return patch;
}

/** The parts of a patch that differ from another: what was not changed here may have been changed elsewhere meanwhile. */
export function changedParts<P extends object>(before: P, after: P): P {
  const same = (key: string) => JSON.stringify((before as Record<string, unknown>)[key]) === JSON.stringify((after as Record<string, unknown>)[key]);
  return Object.fromEntries(Object.entries(after).filter(([key]) => !same(key))) as P;
}
