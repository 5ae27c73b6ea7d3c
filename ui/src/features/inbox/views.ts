import type { ConversationFilter } from '@/api/keys';
import { views, type View } from './list/order';

export function viewOf(param: string | undefined): View {
  return views.find((v) => v === param) ?? 'mine';
}

const narrowing = ['queue_id', 'agent_id', 'channel', 'inbox', 'contact_id', 'state'] as const;

/** The server's query for a view; the address may narrow "all" down (a board's tile does). */
export function filterOf(view: View, params: URLSearchParams): ConversationFilter {
  const q = params.get('q')?.trim();
  if (view === 'mine' && !q) return { view: 'mine' };
  if (view === 'line' && !q) return { view: 'line' };
  const filter: ConversationFilter = { view: 'all', state: view === 'resolved' ? 'resolved,abandoned,expired' : 'open' };
  if (q) {
    filter.q = q;
    if (view !== 'resolved') delete filter.state; // a search looks everywhere
  }
  for (const name of narrowing) {
    const value = params.get(name);
    if (value) filter[name] = value;
  }
  return filter;
}

/** Which narrowing is on, to say so and to take it off. */
export function narrowed(params: URLSearchParams): string[] {
  return narrowing.filter((name) => params.get(name));
}
