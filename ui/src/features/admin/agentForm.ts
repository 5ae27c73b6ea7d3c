import { channels } from './channels';
import type { Typed } from './queueForm';
import type { Agent, AgentPatch, Role } from './types';

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
}

export function newAgent(): AgentValues {
  return {
    name: '', email: '', password: '', role: 'agent', enabled: true, capacity: 100, skills: {},
    channel_limits: Object.fromEntries(channels.map((c) => [c, ''])),
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
  };
}

/** The skills that somebody has, without those at level 0. */
export function heldSkills(skills: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(skills).filter(([, level]) => level > 0));
}

/** What the server is told. */
export function agentPatch(v: AgentValues): AgentPatch {
  const patch: AgentPatch = {
    name: v.name.trim(),
    email: v.email.trim(),
    role: v.role,
    enabled: v.enabled,
    skills: heldSkills(v.skills),
    channel_limits: Object.fromEntries(
      Object.entries(v.channel_limits).filter(([, n]) => n !== '').map(([c, n]) => [c, Number(n)]),
    ),
  };
  if (v.capacity !== '') patch.capacity = Number(v.capacity);
  if (v.password !== '') patch.password = v.password;
  return patch;
}
