import type { InboxItem, InboxPatch, Provider, Requirement } from './types';

/** An inbox as the form edits it. */
export interface InboxValues {
  provider: string;
  name: string;
  label: string;
  queue_id: string;
  enabled: boolean;
  csat: boolean;
  priority: number | string;
  greeting: string;
  requirements: Requirement[];
  config: Record<string, string>;
  /** Typed secrets by key. An empty one is not sent: what is stored stays. */
  secrets: Record<string, string>;
}

/** A new inbox of a provider, with the defaults of its settings. */
export function newInbox(provider: Provider, queueID: string): InboxValues {
  const config: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  for (const s of provider.settings) {
    if (s.secret) secrets[s.key] = '';
    else config[s.key] = s.default ?? '';
  }
  return {
    provider: provider.provider,
    name: '',
    label: '',
    queue_id: queueID,
    enabled: true,
    csat: true,
    priority: 0,
    greeting: '',
    requirements: [],
    config,
    secrets,
  };
}

/** An existing inbox as the form edits it; settings the provider gained since are empty. */
export function editInbox(inbox: InboxItem, provider: Provider | undefined): InboxValues {
  const blank = provider === undefined ? null : newInbox(provider, inbox.queue_id);
  return {
    provider: inbox.provider,
    name: inbox.name,
    label: inbox.label,
    queue_id: inbox.queue_id,
    enabled: inbox.enabled,
    csat: inbox.csat,
    priority: inbox.priority,
    greeting: inbox.greeting,
    requirements: inbox.requirements.map((r) => ({ ...r })),
    config: { ...blank?.config, ...inbox.config },
    secrets: { ...blank?.secrets },
  };
}

/** What the server is told. Name and provider are fixed once the inbox exists. */
export function inboxPatch(v: InboxValues, existing: boolean): InboxPatch {
  const secrets = Object.fromEntries(Object.entries(v.secrets).filter(([, text]) => text !== ''));
  const config = Object.fromEntries(Object.entries(v.config).map(([key, text]) => [key, text.trim()]));
  const patch: InboxPatch = {
    label: v.label.trim(),
    queue_id: v.queue_id,
    enabled: v.enabled,
    csat: v.csat,
    priority: Number(v.priority) || 0,
    greeting: v.greeting,
    requirements: v.requirements,
    config,
  };
  if (Object.keys(secrets).length > 0) patch.secrets = secrets;
  return existing ? patch : { ...patch, name: v.name, provider: v.provider };
}

const nameForm = /^[a-z0-9][a-z0-9-]{1,59}$/;

/** The name in the webhook URL that a label suggests: "Support, Italy" gives support-italy. */
export function nameFrom(label: string): string {
  return label
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
}

/** What is missing or wrong before the server is asked, as keys of messages by field. */
export function checkInbox(
  v: InboxValues,
  provider: Provider,
  existing: InboxItem | undefined,
): Record<string, 'required' | 'name'> {
  const faults: Record<string, 'required' | 'name'> = {};
  if (v.label.trim() === '') faults['label'] = 'required';
  if (existing === undefined && !nameForm.test(v.name)) faults['name'] = 'name';
  if (v.queue_id === '') faults['queue_id'] = 'required';
  for (const s of provider.settings) {
    if (!s.required) continue;
    if (s.secret) {
      const kept = existing?.secrets_set[s.key] === true;
      if (!kept && (v.secrets[s.key] ?? '') === '') faults[`secrets.${s.key}`] = 'required';
    } else if ((v.config[s.key] ?? '').trim() === '') {
      faults[`config.${s.key}`] = 'required';
    }
  }
  return faults;
}
