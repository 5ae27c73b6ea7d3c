import { addressOf, APPS, threadKey, type App, type LiveEvent, type Message, type Person, type SandboxState } from './types';

export interface View {
  state: SandboxState | null;
  threads: Record<string, Message[]>;
  /** Until when the company is shown as writing, by thread. */
  typing: Record<string, number>;
}

export type Action = { type: 'state'; state: SandboxState } | { type: 'live'; event: LiveEvent; now: number };

export const start: View = { state: null, threads: {}, typing: {} };
const TYPING = 8000;

function place(list: Message[], m: Message): Message[] {
  const known = list.findIndex((x) => x.id === m.id);
  return known < 0 ? [...list, m] : list.map((x, i) => (i === known ? m : x));
}

export function reduce(view: View, action: Action): View {
  if (action.type === 'state') {
    const threads = Object.fromEntries(action.state.threads.map((t) => [threadKey(t.app, t.phone), t.messages]));
    return { state: action.state, threads, typing: {} };
  }
  const { event, now } = action;
  switch (event.type) {
    case 'message':
    case 'status': {
      const m = event.message;
      const owner = view.state?.people.some((p) => addressOf(p, m.app) === m.phone);
      if (!owner) return view; // a simulated customer's
      const key = threadKey(m.app, m.phone);
      const typing = event.type === 'message' && m.direction === 'out' ? { ...view.typing, [key]: 0 } : view.typing;
      return { ...view, typing, threads: { ...view.threads, [key]: place(view.threads[key] ?? [], m) } };
    }
    case 'typing':
      return { ...view, typing: { ...view.typing, [threadKey(event.app, event.phone)]: event.on ? now + TYPING : 0 } };
    case 'faults':
      return view.state ? { ...view, state: { ...view.state, faults: event.faults } } : view;
    case 'customers':
      return view.state ? { ...view, state: { ...view.state, customers: event.customers } } : view;
    default:
      return view;
  }
}

/** Messages of the company that are on the phone and not read. */
export const unread = (messages: Message[] | undefined): number =>
  (messages ?? []).filter((m) => m.direction === 'out' && m.status === 'delivered').length;

export const unreadOf = (view: View, p: Person): Record<App, number> =>
  Object.fromEntries(APPS.map((app) => [app, unread(view.threads[threadKey(app, addressOf(p, app))])])) as Record<App, number>;
