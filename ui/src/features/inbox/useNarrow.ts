import { useSyncExternalStore } from 'react';

const cache = new Map<string, MediaQueryList>();

/** Whether the window is at most so wide. */
export function useAtMost(px: number): boolean {
  const query = `(max-width: ${px}px)`;
  const list = cache.get(query) ?? window.matchMedia(query);
  cache.set(query, list);
  return useSyncExternalStore(
    (changed) => {
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => list.matches,
  );
}
