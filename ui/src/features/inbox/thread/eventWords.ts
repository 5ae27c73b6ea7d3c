import { i18next } from '@/i18n';
import type { EventItem } from '@/api/types';

interface Names {
  agents?: ReadonlyMap<string, string>;
  queues?: ReadonlyMap<string, string>;
}

export interface Words {
  key: string;
  values: Record<string, string | number>;
  note?: string;
}

/** Which sentence tells the event, and what goes into it. */
export function eventWords(e: EventItem, names: Names): Words {
  const t = (key: string) => i18next.t(`inbox:${key}`);
  const agent = e.agent_name || names.agents?.get(e.agent_id ?? '') || t('event.somebody');
  const actor = e.actor_name || names.agents?.get(e.actor_id ?? '') || t('event.parley');
  const queue = e.queue_name || names.queues?.get(e.queue_id ?? '') || '';
  const d = e.data;
  // Outside its hours a queue may have led the customer on to another.
  const ruled = names.queues?.get(d.from_queue_id ?? '') || queue;
  const self = Boolean(e.actor_id) && e.actor_id === e.agent_id;
  const say = (key: string, values: Words['values'] = {}, note?: string): Words => ({ key: `event.${key}`, values, note });
  switch (e.type) {
    case 'conversation.created': {
      const page = d.fields?.page;
      return page ? say('createdFrom', { page }) : say('created');
    }
    case 'conversation.queued':
      return d.rule ? say('queuedByRule', { queue: ruled, rule: d.rule.name }) : say('queued', { queue });
    case 'conversation.offered':
      return say('offered', { agent });
    case 'conversation.returned': {
      const how = d.fields?.how ?? d.reason ?? '';
      const known = ['declined', 'timed_out', 'withdrawn'].includes(how);
      const note = d.reason && d.reason !== how ? d.reason : undefined;
      return known ? say(how, { agent }, note) : say('returned', {}, d.reason);
    }
    case 'conversation.assigned':
      if (d.from === 'offered' || d.offer_id) return say('accepted', { agent });
      return self || !e.actor_id ? say('taken', { agent }) : say('assigned', { actor, agent });
    case 'conversation.transferred':
      // Its note stands in the thread as a private note.
      return e.agent_id ? say('transferredAgent', { actor, agent }) : say('transferredQueue', { actor, queue });
    case 'conversation.snoozed':
      return say('snoozed', { actor });
    case 'conversation.woken':
      return say('woken');
    case 'conversation.resolved':
      return e.actor_id ? say('resolved', { actor }) : say('resolvedSelf');
    case 'conversation.reopened':
      if (e.actor_id) return say('reopened', { actor });
      return d.rule ? say('reopenedByRule', { queue: ruled, rule: d.rule.name }) : say('reopenedCustomer');
    case 'conversation.abandoned':
      return say('abandoned');
    case 'conversation.expired':
      return say('expired');
    case 'conversation.priority':
      return say('priority', { actor, priority: d.priority ?? 0 });
    case 'conversation.tagged': {
      const { added = '', removed = '' } = d.fields ?? {};
      return say(added && removed ? 'retagged' : added ? 'tagged' : 'untagged', { actor, added, removed });
    }
    case 'conversation.widened':
      return say(d.reason === 'nobody' ? 'widenedEarly' : 'widened', { words: d.words ?? '' });
    case 'conversation.unwanted':
      return say('unwanted', { count: d.score ?? 0 });
    case 'rule.failed':
      return say('ruleFailed', { rule: d.rule?.name ?? '' }, d.error);
    case 'csat.asked':
      return say('asked');
    case 'csat.answered':
      return say('rated', { score: d.score ?? 0 });
    default:
      return { key: 'event.created', values: {} };
  }
}
