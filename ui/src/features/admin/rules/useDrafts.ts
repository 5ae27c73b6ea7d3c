import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, client, Problem } from '@/api/client';
import { keys } from '@/api/keys';
import { fromRules, same, toBody } from './drafts';
import { ruleKeys, setQuery } from './queries';
import type { Draft, RuleSet } from './types';

interface Edited {
  /** The saved set the drafts were made from. */
  base: RuleSet;
  drafts: Draft[];
}

/**
 * The rules in the editor. A newer saved set replaces them while nothing was
 * changed; otherwise it is `newer`, and a person decides.
 */
export function useDrafts(onSaved: (set: RuleSet) => void) {
  const cache = useQueryClient();
  const query = useQuery(setQuery);
  const [edited, setEdited] = useState<Edited | null>(null);
  const saved = query.data;
  const dirty = edited !== null && !same(edited.drafts, fromRules(edited.base.rules));
  if (saved && (edited === null || (!dirty && saved.version !== edited.base.version))) {
    setEdited({ base: saved, drafts: fromRules(saved.rules) });
  }
  const newer = saved && edited && dirty && saved.version > edited.base.version ? saved : null;

  const adopt = (set: RuleSet) => {
    cache.setQueryData(ruleKeys.set, set);
    setEdited({ base: set, drafts: fromRules(set.rules) });
  };
  const save = useMutation({
    mutationFn: (note: string) => call(client.PUT('/rules', { body: { version: edited?.base.version ?? 0, rules: toBody(edited?.drafts ?? []), ...(note ? { note } : {}) } })),
    onSuccess: (set) => {
      // The same rules in the same order: what is open stays open.
      const keysNow = edited?.drafts.map((d) => d.key) ?? [];
      cache.setQueryData(ruleKeys.set, set);
      setEdited({ base: set, drafts: fromRules(set.rules).map((d, i) => ({ ...d, key: keysNow[i] ?? d.key })) });
      void cache.invalidateQueries({ queryKey: ruleKeys.versions });
      void cache.invalidateQueries({ queryKey: keys.board });
      onSaved(set);
    },
    onError: (error) => {
      if (error instanceof Problem && error.status === 409) void cache.invalidateQueries({ queryKey: ruleKeys.set });
    },
  });
  return {
    query, edited, dirty, newer, save, adopt,
    change: (next: (old: Draft[]) => Draft[]) => {
      if (save.error) save.reset(); // it was about what is changed now
      setEdited((old) => old && { ...old, drafts: next(old.drafts) });
    },
    discard: () => setEdited((old) => old && { ...old, drafts: fromRules(old.base.rules) }),
    /** Keeps what is edited, to be saved on top of the newer set. */
    rebase: (set: RuleSet) => setEdited((old) => old && { ...old, base: set }),
  };
}
