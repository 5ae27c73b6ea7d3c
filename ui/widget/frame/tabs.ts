// Tabs of one visitor share what the server does not tell them: what is being
// sent, what was skipped, and who makes the sound.

export type TabNews = { type: 'pending'; list: unknown[] } | { type: 'skipped'; conversation: string };

export interface Tabs {
  post(news: TabNews): void;
  /** Whether this tab is the one that makes sounds. */
  leads(): boolean;
  /** Runs work while no other tab runs work of that name. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export function joinTabs(name: string, hear: (news: TabNews) => void): Tabs {
  let channel: BroadcastChannel | null = null;
  try {
    channel = new BroadcastChannel(name);
    channel.onmessage = (e) => hear(e.data as TabNews);
  } catch {
    // not allowed here: this tab is on its own
  }
  const locks = channel ? navigator.locks : undefined;
  let leader = !locks;
  // Held for as long as the page lives; the browser gives it to the next tab then.
  void locks?.request(`${name}.sound`, () => {
    leader = true;
    return new Promise(() => undefined);
  });
  return {
    post: (news) => channel?.postMessage(news),
    leads: () => leader,
    async alone(what, work) {
      if (!locks) return work();
      return (await locks.request(`${name}.${what}`, work)) as Awaited<ReturnType<typeof work>>;
    },
  };
}
