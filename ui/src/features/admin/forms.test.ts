import { describe, expect, it } from 'vitest';
import { agentPatch, editAgent, newAgent } from './agentForm';
import { checkInbox, editInbox, inboxPatch, nameFrom, newInbox } from './inboxForm';
import { pretty } from './pretty';
import { fieldOf, placeIn, sortFaults } from './problem';
import { editQueue, newQueue, queuePatch } from './queueForm';
import type { Agent, InboxItem, Provider, Queue } from './types';

const provider: Provider = {
  provider: 'twilio-sms', label: 'Twilio SMS', channel: 'sms', steps: [],
  settings: [
    { key: 'account_sid', label: 'Account SID', help: '', secret: false, required: true },
    { key: 'region', label: 'Region', help: '', secret: false, required: false, default: 'us1' },
    { key: 'auth_token', label: 'Auth token', help: '', secret: true, required: true },
  ],
};

const inbox: InboxItem = {
  id: 'i1', name: 'support', label: 'Support', channel: 'sms', provider: 'twilio-sms', queue_id: 'q1', queue_name: 'Support', enabled: true,
  config: { account_sid: 'AC1' }, secrets_set: { auth_token: true }, priority: 5, requirements: [], greeting: '', csat: true, broken: '',
  created_at: '2026-03-02T10:00:00Z', steps: [], webhook_url: '',
};

describe('inbox form', () => {
  it('is made from the settings of the provider', () => {
    const v = newInbox(provider, 'q1');
    expect(v.config).toEqual({ account_sid: '', region: 'us1' });
    expect(v.secrets).toEqual({ auth_token: '' });
  });

  it('never sends a secret that was not typed', () => {
    const v = editInbox(inbox, provider);
    expect(inboxPatch(v, true)).not.toHaveProperty('secrets');
    v.secrets['auth_token'] = ' typed ';
    expect(inboxPatch(v, true).secrets).toEqual({ auth_token: ' typed ' });
  });

  it('sends name and provider only for a new one', () => {
    expect(inboxPatch(editInbox(inbox, provider), true)).not.toHaveProperty('name');
    expect(inboxPatch({ ...newInbox(provider, 'q1'), name: 'a-b' }, false)).toMatchObject({ name: 'a-b', provider: 'twilio-sms' });
  });

  it('asks for what is needed, and not again for a secret that is kept', () => {
    expect(checkInbox(newInbox(provider, ''), provider, undefined)).toEqual({
      label: 'required', name: 'name', queue_id: 'required', 'config.account_sid': 'required', 'secrets.auth_token': 'required',
    });
    expect(checkInbox(editInbox(inbox, provider), provider, inbox)).toEqual({});
  });

  it.each([
    ['Support, Italy', 'support-italy'],
    ['  Café Zürich!  ', 'cafe-zurich'],
    ['日本', ''],
  ])('suggests a name for %s', (label, name) => expect(nameFrom(label)).toBe(name));
});

describe('queue form', () => {
  const queue: Queue = {
    id: 'q1', name: 'Support', open: true, requirements: [{ skill_id: 's1', level: 3, preferred: true }], policy: 'default', priority: 0,
    offer_seconds: 20, auto_accept: false, preferred_seconds: 60, target_seconds: 60, target_share: 80, expire_hours: 24, requeue_minutes: 5,
    costs: { sms: 10 }, after_hours: 'serve', rings: [], order: 'score', weight: 100, alert_declines: 3, created_at: '2026-03-02T10:00:00Z',
  };

  it('sends back what it was given', () => {
    expect(queuePatch(editQueue(queue))).toEqual({
      name: 'Support', open: true, requirements: queue.requirements, priority: 0, offer_seconds: 20, auto_accept: false, preferred_seconds: 60,
      target_seconds: 60, target_share: 80, expire_hours: 24, requeue_minutes: 5, costs: { sms: 10 }, hours: { zone: '', week: {}, holidays: {} },
    });
  });

  it('leaves out numbers that are empty and costs that are the usual', () => {
    const patch = queuePatch({ ...newQueue(), target_seconds: '' });
    expect(patch).not.toHaveProperty('target_seconds');
    expect(patch.costs).toEqual({});
  });
});

describe('agent form', () => {
  const agent: Agent = {
    id: 'a1', name: 'Ana', email: 'ana@example.com', role: 'agent', enabled: true, presence: 'available', reason: '', next_presence: '',
    presence_since: '2026-03-02T10:00:00Z', load: 0, capacity: 100, skills: { de: 4, fr: 0 }, channel_limits: { sms: 2 }, hard_capacity: 150, costs: {}, off_hours: false,
  };

  it('sends all skills held, no password unless typed, and limits that are set', () => {
    const patch = agentPatch(editAgent(agent));
    expect(patch.skills).toEqual({ de: 4 });
    expect(patch).not.toHaveProperty('password');
    expect(patch.channel_limits).toEqual({ sms: 2 });
    expect(agentPatch({ ...newAgent(), password: 'long enough pw' }).password).toBe('long enough pw');
  });
});

describe('faults of a refused request', () => {
  it('are named as the form names its fields', () => {
    expect(fieldOf('body.hours.week.mon[0]')).toBe('hours.week.mon.0');
    expect(fieldOf('name')).toBe('name');
    expect(fieldOf('body')).toBe('');
  });

  it('go to their field, or its part to the field, or to the top', () => {
    const place = placeIn(['name', 'costs', 'costs.sms']);
    const sorted = sortFaults(
      [
        { field: 'name', message: 'is taken' },
        { field: 'name', message: 'is long' },
        { field: 'costs.sms', message: 'is low' },
        { field: 'costs.fax', message: 'is unknown' },
        { field: 'policy', message: 'is odd' },
        { field: '', message: 'no' },
      ],
      'Unprocessable',
      place,
    );
    expect(sorted.fields).toEqual({ name: 'is taken is long', 'costs.sms': 'is low', costs: 'is unknown' });
    expect(sorted.rest).toEqual(['policy: is odd', 'no']);
  });

  it('say at least why in one sentence', () => {
    expect(sortFaults([], 'The queue is in use.', () => null)).toEqual({ fields: {}, rest: ['The queue is in use.'] });
  });
});

it('shows JSON with breaks and anything else as it came', () => {
  expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(pretty('Body=hi&From=%2B1')).toBe('Body=hi&From=%2B1');
});
