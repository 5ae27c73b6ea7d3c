import { describe, expect, it } from 'vitest';
import { agentPatch, editAgent, fits, newAgent, serves } from './agentForm';
import { checkInbox, editInbox, inboxPatch, nameFrom, newInbox } from './inboxForm';
import { pretty } from './pretty';
import { below, faultOf, fieldOf, placeIn, sortFaults, within } from './problem';
import { changedParts, editQueue, newQueue, queuePatch, readPolicy } from './queueForm';
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
      policy: 'default', reserve: 0, order: 'score', weight: 100, alert_declines: 3, after_hours: 'serve', rings: [],
    });
  });

  it('sends what routing looks at: policy in its parts, steps, and what is after hours', () => {
    const rings = [{ after_seconds: 60, relax: [{ skill_id: 's1', level: 2 }] }];
    const hours = { zone: 'UTC', week: { mon: [{ from: 540, to: 720 }] }, holidays: {} };
    const v = editQueue({ ...queue, policy: 'longest-idle+reserve=2', rings, hours, after_hours: 'overflow', after_hours_queue_id: 'q2', order: 'priority', weight: 200 });
    expect(queuePatch(v)).toMatchObject({ policy: 'longest-idle', reserve: 2, rings, after_hours: 'overflow', after_hours_queue_id: 'q2', order: 'priority', weight: 200 });
    expect(queuePatch({ ...v, after_hours: 'say' })).not.toHaveProperty('after_hours_queue_id');
    expect(queuePatch({ ...v, hours: null })).toMatchObject({ after_hours: 'overflow', after_hours_queue_id: 'q2' });
    expect(queuePatch({ ...v, hours: null, after_hours_queue_id: '' })).toMatchObject({ after_hours: 'serve' });
    expect(queuePatch({ ...v, rings: [] }).rings).toEqual([]);
  });

  it('sends only what was changed here', () => {
    const v = editQueue(queue);
    expect(changedParts(queuePatch(v), queuePatch(v))).toEqual({});
    expect(changedParts(queuePatch(v), queuePatch({ ...v, rings: [{ after_seconds: 60, priority: 1 }], weight: 150 }))).toEqual({ rings: [{ after_seconds: 60, priority: 1 }], weight: 150 });
    expect(changedParts(queuePatch({ ...v, rings: [{ after_seconds: 60, priority: 1 }] }), queuePatch(v))).toEqual({ rings: [] });
  });

  it.each([
    ['default', 'default', 0],
    ['', 'default', 0],
    ['scarce-first+reserve=3', 'scarce-first', 3],
  ])('reads the policy "%s"', (text, policy, reserve) => expect(readPolicy(text)).toEqual({ policy, reserve }));

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

describe('what a person can take', () => {
  const line = (id: string, ...requirements: Queue['requirements']) => ({ id, name: id, requirements }) as Queue;

  it('is told by the queues they serve, and what the others lack', () => {
    const found = serves({ de: 3 }, [line('any'), line('de', { skill_id: 'de', level: 3 }), line('high', { skill_id: 'de', level: 4 }), line('wish', { skill_id: 'it', level: 1, preferred: true })]);
    expect(found.filter((q) => q.lacks.length === 0).map((q) => q.queue.id)).toEqual(['any', 'de', 'wish']);
  });

  it('is bounded by capacity and by the limit of the channel', () => {
    expect(fits(100, 'webchat', '')).toBe(3);
    expect(fits(100, 'sms', 2)).toBe(2);
    expect(fits(10, 'webchat', 5)).toBe(0);
  });

  it('is sent with costs and hours, and the limit for those who come back', () => {
    const patch = agentPatch({ ...newAgent(), hard_capacity: 120, costs: { q1: 10, q2: '' }, hours: { zone: 'UTC', week: {}, holidays: {} } });
    expect(patch).toMatchObject({ hard_capacity: 120, costs: { q1: 10 } });
    expect(patch.hours?.zone).toBe('UTC');
    expect(agentPatch({ ...newAgent(), hard_capacity: '' })).not.toHaveProperty('hard_capacity');
  });
});

it('faults of a part are found by its path', () => {
  const all = { 'rings.0.queue_id': 'gone', rings: 'many', 'ringside': 'no', name: undefined };
  expect(below(all, 'rings')).toEqual({ '': 'many', '0.queue_id': 'gone' });
  expect(below(all, 'name')).toEqual({});
  expect(faultOf({ 'week.mon.0': 'odd' }, 'week.mon')).toBe('odd');
  expect(within('rings.0', ['rings'])).toBe(true);
  expect(within('ringside', ['rings'])).toBe(false);
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
