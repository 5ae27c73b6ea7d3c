import { keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import type { Conversation, Page } from '@/api/types';
import type { Facts, RuleBody, RuleSet } from './types';

export const ruleKeys = {
  set: [...keys.rules, 'set'] as const,
  version: (n: number) => [...keys.rules, 'version', n] as const,
  versions: [...keys.rules, 'versions'] as const,
  language: [...keys.rules, 'language'] as const,
  check: (rules: string) => [...keys.rules, 'check', rules] as const,
  trial: (rules: string, subject: Subject) => [...keys.rules, 'trial', rules, subject] as const,
  find: (q: string) => [...keys.rules, 'find', q] as const,
};

/** What rules are tried on. */
export type Subject = { conversation_id: string } | { facts: Facts };

export const setQuery = queryOptions({ queryKey: ruleKeys.set, queryFn: () => call(client.GET('/rules')) });

export const versionQuery = (version: number) =>
  queryOptions({
    queryKey: ruleKeys.version(version),
    queryFn: (): Promise<RuleSet> => call(client.GET('/rules/versions/{version}', { params: { path: { version } } })),
    staleTime: Infinity,
  });

export const useLanguage = () => useQuery({ queryKey: ruleKeys.language, queryFn: () => call(client.GET('/rules/language')), staleTime: 60_000 });

export const useVersions = () =>
  useInfiniteQuery({
    queryKey: ruleKeys.versions,
    queryFn: ({ pageParam }) => call(client.GET('/rules/versions', { params: { query: { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor || undefined,
  });

export const useCheck = (rules: RuleBody[]) =>
  useQuery({
    queryKey: ruleKeys.check(JSON.stringify(rules)),
    queryFn: ({ signal }) => call(client.POST('/rules/check', { body: { rules }, signal })),
    enabled: rules.length > 0,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });

export const useTrial = (rules: RuleBody[], subject: Subject | null) =>
  useQuery({
    queryKey: ruleKeys.trial(JSON.stringify(rules), subject ?? { facts: {} }),
    queryFn: ({ signal }) => call(client.POST('/rules/try', { body: { rules, ...subject }, signal })),
    enabled: subject !== null,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });

export const useFound = (q: string) =>
  useQuery({
    queryKey: ruleKeys.find(q),
    queryFn: async ({ signal }) => (await call(client.GET('/conversations', { params: { query: { view: 'all', limit: 12, ...(q ? { q } : {}) } }, signal }))) as Page<Conversation>,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
