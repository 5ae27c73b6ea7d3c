import { lazy } from 'react';

const transfer = () => import('./TransferModal');
const snooze = () => import('./SnoozeModal');

export const TransferModal = lazy(() => transfer().then((m) => ({ default: m.TransferModal })));
export const SnoozeModal = lazy(() => snooze().then((m) => ({ default: m.SnoozeModal })));

/** Fetches the dialogs when there is time, so that they open at once, and without a network too. */
export function prefetchDialogs(): () => void {
  const fetchAll = () => void Promise.allSettled([transfer(), snooze()]);
  const timer = setTimeout(fetchAll, 2500);
  return () => clearTimeout(timer);
}
