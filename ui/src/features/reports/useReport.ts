import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import type { Facts } from './measures';
import type { Filters } from './range';
import type { FactItem, ReportPage } from './types';

interface Scope {
  from: string;
  to: string;
  queue_id?: string;
  channel?: string;
  agent_id?: string;
}

/** What the server is asked to count. */
export function scopeOf(f: Filters): Scope {
  return {
    from: f.from,
    to: f.to,
    ...(f.queue ? { queue_id: f.queue } : {}),
    ...(f.channel ? { channel: f.channel } : {}),
    ...(f.agent ? { agent_id: f.agent } : {}),
  };
}

/** The scope of one row of a report by its key; null when a row cannot be asked for apart. */
export function scopeOfRow(f: Filters, key: string): Scope | null {
  const scope = scopeOf(f);
  switch (f.by) {
    case 'queue':
      return key ? { ...scope, queue_id: key } : null;
    case 'channel':
      return key ? { ...scope, channel: key } : null;
    case 'agent':
      return key ? { ...scope, agent_id: key } : null;
    case 'day':
      return { ...scope, from: key, to: key };
    case 'hour':
      return null;
  }
}

export function useReport(f: Filters, live: boolean) {
  return useQuery({
    queryKey: [...keys.reports, f.by, scopeOf(f)],
    queryFn: ({ signal }) => call<ReportPage>(client.GET('/reports', { params: { query: { by: f.by, ...scopeOf(f) } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    refetchInterval: live ? 30_000 : false,
  });
}

/** The zone of the newest report that was read: what "today" means before this one is. */
export function useReportZone(): string | undefined {
  const cache = useQueryClient();
  const pages = cache.getQueriesData<ReportPage>({ queryKey: keys.reports });
  return pages.map(([, page]) => page?.zone).find((zone) => zone !== undefined && zone !== '');
}

/** The most facts that a drill-down reads. */
export const MOST = 1000;

/** Whether a fact is one of those that a figure counts. */
export function counts(facts: Facts, fact: Pick<FactItem, 'short' | 'within_target' | 'value'>): boolean {
  if (facts.score !== undefined && fact.value !== facts.score) return false;
  switch (facts.only) {
    case 'short':
      return fact.short === true;
    case 'not_short':
      return fact.short !== true;
    case 'within':
      return fact.within_target === true;
    case undefined:
      return true;
  }
}

export function useFacts(facts: Facts, scope: Scope) {
  return useQuery({
    queryKey: [...keys.reports, 'facts', facts, scope],
    queryFn: async ({ signal }) => {
      const items: FactItem[] = [];
      let cursor: string | undefined;
      do {
        const page = await call(
          client.GET('/reports/facts', {
            params: { query: { metric: facts.metric, limit: 200, ...scope, ...(cursor ? { cursor } : {}) } },
            signal,
          }),
        );
        items.push(...page.items.filter((x) => counts(facts, x)));
        cursor = page.next_cursor;
      } while (cursor && items.length < MOST);
      return { items, more: Boolean(cursor) };
    },
    staleTime: 10_000,
  });
}
