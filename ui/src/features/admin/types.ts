import type { components } from '@/api/schema';

export type { Agent, Channel, Role } from '@/api/types';

type Schemas = components['schemas'];

export type InboxItem = Schemas['InboxItem'];
export type InboxPatch = Schemas['InboxPatch'];
export type Provider = Schemas['Provider'];
export type Setting = Schemas['Setting'];
export type Requirement = Schemas['Requirement'];
export type Queue = Schemas['Queue'];
export type QueuePatch = Schemas['QueuePatch'];
export type Skill = Schemas['Skill'];
export type PolicyItem = Schemas['PolicyItem'];
export type AgentPatch = Schemas['AgentPatch'];
export type DeadLetter = Schemas['DeadLetter'];
