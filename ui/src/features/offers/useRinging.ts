import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/api/clock';
import { useStore } from '@/api/store';
import type { Offer } from '@/api/types';
import { announce } from '@/ui/announce';
import { channelName } from '@/ui/channels';
import { useSettings } from '@/ui/settings';
import { since, span } from '@/ui/time';
import { leading, standForLeader } from './leader';
import { ring, stopRing, watchLock } from './sound';

/** The offers whose time is not up; re-renders at each expiry even when the server is silent. */
export function useLiveOffers(offers: Offer[]): Offer[] {
  const [, tick] = useState(0);
  const live = offers.filter((o) => Date.parse(o.expires_at) > serverNow());
  const next = Math.min(...live.map((o) => Date.parse(o.expires_at)));
  useEffect(() => {
    if (!Number.isFinite(next)) return;
    const timer = setTimeout(() => tick((n) => n + 1), next - serverNow() + 20);
    return () => clearTimeout(timer);
  }, [next]);
  return live;
}

/** Sound, desktop notice and spoken words for offers; only the leading tab makes noise. */
export function useRinging(live: Offer[]): void {
  const { sounds, desktopNotices } = useSettings();
  const lead = useStore(leading);
  const { t } = useTranslation('offers');
  const told = useRef(new Set<string>());

  useEffect(() => {
    const stop = new AbortController();
    standForLeader(stop.signal);
    const unwatch = watchLock();
    return () => {
      stop.abort();
      unwatch();
    };
  }, []);

  const audible = live.length > 0 && lead && sounds;
  useEffect(() => {
    if (!audible) return;
    ring();
    return stopRing;
  }, [audible]);

  useEffect(() => {
    for (const offer of live) {
      if (told.current.has(offer.id)) continue;
      told.current.add(offer.id);
      const c = offer.conversation;
      const words = {
        name: c.contact.name,
        channel: channelName[c.channel],
        queue: c.queue,
        time: span(since(c.queued_at ?? c.created_at, serverNow())),
      };
      announce(t('announce', words), true);
    }
  }, [live, t]);

  const first = live[0];
  useEffect(() => {
    if (!first || !lead || !desktopNotices || document.hasFocus()) return;
    if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
    const c = first.conversation;
    const words = { name: c.contact.name, channel: channelName[c.channel], queue: c.queue, time: span(since(c.queued_at ?? c.created_at, serverNow())) };
    const notice = new Notification(t('noticeTitle', words), { body: t('noticeBody', words), tag: first.id, requireInteraction: true });
    notice.onclick = () => window.focus();
    return () => notice.close();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- one notice an offer
  }, [first?.id, lead, desktopNotices]);
}
