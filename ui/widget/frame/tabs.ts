// Tabs of one visitor share what the server does not tell them: what is being
// sent, what was skipped, and who makes the sound.

export type TabNews = { type: 'pending'; visitor: string; list: unknown[] } | { type: 'skipped'; conversation: string };

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
  locks
    ?.request(`${name}.sound`, () => {
      leader = true;
      return new Promise(() => undefined);
    })
    .catch(() => (leader = true));
  return {
    post: (news) => channel?.postMessage(news),
    leads: () => leader,
    // In a frame whose storage the browser blocks, locks are refused too: then
    // the work is done all the same.
    async alone(what, work) {
      let begun: ReturnType<typeof work> | undefined;
      try {
        await locks?.request(`${name}.${what}`, () => (begun = work()));
      } catch (error) {
        if (begun) throw error;
      }
      return begun ?? work();
    },
  };
}
