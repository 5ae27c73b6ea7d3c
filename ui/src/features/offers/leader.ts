import { createStore } from '@/api/store';

/** Whether this tab is the one that makes sounds and notices. */
export const leading = createStore(false);

/** Stands for leader among this browser's tabs until the signal aborts; the lock passes on when a tab closes. */
export function standForLeader(signal: AbortSignal): void {
  if (!navigator.locks) {
    leading.set(true);
    return;
  }
  navigator.locks
    .request('parley-leader', { signal }, () => {
      leading.set(true);
      return new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          leading.set(false);
          resolve();
        });
      });
    })
    .catch(() => undefined); // aborted while waiting
}
