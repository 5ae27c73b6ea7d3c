import { lazy } from 'react';

const transfer = () => import('./TransferModal');
const snooze = () => import('./SnoozeModal');
const tags = () => import('./TagsModal');

export const TransferModal = lazy(() => transfer().then((m) => ({ default: m.TransferModal })));
export const SnoozeModal = lazy(() => snooze().then((m) => ({ default: m.SnoozeModal })));
export const TagsModal = lazy(() => tags().then((m) => ({ default: m.TagsModal })));

/** Fetches the dialogs when there is time, so that they open at once, and without a network too. */
export function prefetchDialogs(): () => void {
  const fetchAll = () => void Promise.allSettled([transfer(), snooze(), tags()]);
  const timer = setTimeout(fetchAll, 2500);
  return () => clearTimeout(timer);
}
