import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import type { components } from '@/api/schema';
import { fieldOf } from '../problem';
import { does, type Ring } from '../rings/plan';
import type { Reach } from '../rings/story';
import type { QueuePatch, Requirement } from '../types';

type QueuePreview = components['schemas']['QueuePreview'];

export interface QueueDraft {
  /** Absent for a new queue. */
  id?: string;
  queue: QueuePatch;
  /** What a customer is asked for on top, as a rule says. */
  besides?: Requirement[];
}

export interface Preview {
  /** Who could take a customer: at once, then with each step. */
  reach: Reach[];
  /** What is most likely not meant, by form field. */
  hints: Record<string, string>;
}

/** What a queue as drafted would do, as the router sees it; nothing while that is not known. */
export function useQueuePreview(draft: QueueDraft | null, plan: readonly Ring[]): Preview | undefined {
  const [settled] = useDebouncedValue(draft ? JSON.stringify(draft) : '', 250);
  const { data } = useQuery({
    queryKey: [...keys.queues, 'preview', settled],
    queryFn: ({ signal }) => call(client.POST('/queues/preview', { body: JSON.parse(settled) as QueueDraft, signal })),
    enabled: settled !== '',
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    retry: false,
  });
  return draft && data ? aligned(data, plan) : undefined;
}

/**
 * A preview by the steps as they stand in the editor: those that do nothing yet
 * were not sent, and change nothing.
 */
export function aligned(preview: QueuePreview, plan: readonly Ring[]): Preview {
  const sent = plan.flatMap((r, i) => (does(r) ? [i] : []));
  const reach = preview.reach.slice(0, 1);
  let n = 0;
  for (const r of plan) {
    const last = reach.at(-1);
    const now = does(r) ? preview.reach[++n] : last && { ...last, new: 0, names: [] };
    if (now) reach.push(now);
  }
  const hints: Record<string, string> = {};
  for (const { field, words } of preview.hints) {
    const path = fieldOf(field).replace(/^rings\.(\d+)/, (_, i: string) => `rings.${String(sent[Number(i)] ?? i)}`);
    hints[path] = path in hints ? `${String(hints[path])} ${words}` : words;
  }
  return { reach, hints };
}
