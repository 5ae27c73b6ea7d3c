import { readHours, writeHours, type Hours } from './calendar/hours';
import { channelCost, channels } from './channels';
import type { Typed } from './queueForm';
import type { Agent, AgentPatch, Channel, Queue, Role } from './types';

/** A person as the form edits them. */
export interface AgentValues {
  name: string;
  email: string;
  /** Empty keeps the one there is. */
  password: string;
  role: Role;
  enabled: boolean;
  capacity: Typed;
  /** Level 1–5 by skill id; 0: does not have it. */
  skills: Record<string, number>;
  /** Most conversations at once by channel; empty text: as many as fit. */
  channel_limits: Record<string, Typed>;
  /** What comes back from snoozing may go over the capacity up to this. */
  hard_capacity: Typed;
  /** What one conversation of a queue takes from this person, by queue id. */
  costs: Record<string, Typed>;
  /** Null: whenever they are available. */
  hours: Hours | null;
}

export function newAgent(): AgentValues {
  return {
    name: '', email: '', password: '', role: 'agent', enabled: true, capacity: 100, skills: {},
    channel_limits: Object.fromEntries(channels.map((c) => [c, ''])),
    hard_capacity: 150,
    costs: {},
    hours: null,
  };
}

export function editAgent(a: Agent): AgentValues {
  return {
    name: a.name,
    email: a.email,
    password: '',
    role: a.role,
    enabled: a.enabled,
    capacity: a.capacity,
    skills: { ...a.skills },
    channel_limits: Object.fromEntries(channels.map((c) => [c, a.channel_limits[c] ?? ''])),
    hard_capacity: a.hard_capacity,
    costs: { ...a.costs },
    hours: readHours(a.hours),
  };
}

/** The skills that somebody has, without those at level 0. */
export function heldSkills(skills: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(skills).filter(([, level]) => level > 0));
}

const written = (all: Readonly<Record<string, Typed>>): Record<string, number> =>
  Object.fromEntries(Object.entries(all).filter(([, n]) => n !== '').map(([k, n]) => [k, Number(n)]));

/** How many conversations of a channel one person may have at once, at its usual cost. */
export function fits(capacity: number, channel: Channel, limit: Typed): number {
  const byCost = Math.floor(capacity / channelCost[channel]);
  return limit === '' ? byCost : Math.min(byCost, Number(limit));
}

/** Which queues somebody with these skills serves, and what keeps them from the others. */
export function serves(skills: Readonly<Record<string, number>>, queues: readonly Queue[]): { queue: Queue; lacks: Queue['requirements'] }[] {
  return queues.map((queue) => ({ queue, lacks: queue.requirements.filter((r) => !r.preferred && (skills[r.skill_id] ?? 0) < r.level) }));
}

/** What the server is told. */
export function agentPatch(v: AgentValues): AgentPatch {
  const patch: AgentPatch = {
    name: v.name.trim(),
    email: v.email.trim(),
    role: v.role,
    enabled: v.enabled,
    skills: heldSkills(v.skills),
    channel_limits: written(v.channel_limits),
    costs: written(v.costs),
    hours: writeHours(v.hours),
  };
  if (v.hard_capacity !== '') patch.hard_capacity = Number(v.hard_capacity);
  if (v.capacity !== '') patch.capacity = Number(v.capacity);
  if (v.password !== '') patch.password = v.password;
  return patch;
}
