import { Button, CloseButton, Kbd } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { IconBell, IconPhoneIncoming, IconPhoneX, IconVolumeOff } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsOf } from '@/api/client';
import { serverNow } from '@/api/clock';
import { keys } from '@/api/keys';
import { onChange } from '@/api/live';
import { useMe } from '@/api/session';
import { useStore } from '@/api/store';
import type { Offer } from '@/api/types';
import { announce } from '@/ui/announce';
import { Avatar } from '@/ui/Avatar';
import { ChannelIcon, channelName } from '@/ui/channels';
import { useKeys } from '@/ui/hotkeys';
import { changeSettings, useSettings } from '@/ui/settings';
import { clock, since, useNow } from '@/ui/time';
import { useAccept, useDecline, useOffers } from './api';
import { endOf, missed } from './missed';
import classes from './OfferCards.module.css';
import { soundLocked, testSound } from './sound';
import { useArrivals } from './useArrivals';
import { useLiveOffers, useRinging } from './useRinging';

interface Props {
  /** The conversation in front, if one is. */
  openId: string | undefined;
  /** Shows an accepted conversation. */
  onOpen: (conversationId: string) => void;
  /** One click back after a miss. */
  onBack: () => void;
}

/** What rings, over whatever page is open. It never takes the focus. */
export function OfferCards({ openId, onOpen, onBack }: Props) {
  const { t } = useTranslation('offers');
  const offers = useOffers();
  const live = useLiveOffers(offers);
  useRinging(live);
  useMisses();
  useArrivals(openId, onOpen);
  const accept = useAccept();
  const decline = useDecline();
  const locked = useStore(soundLocked);
  const { sounds } = useSettings();
  const me = useMe();

  const first = live[0];
  const busy = accept.isPending || decline.isPending;
  const take = (offer: Offer) =>
    !busy &&
    accept.mutate(offer.conversation.id, {
      onSuccess: () => onOpen(offer.conversation.id),
      onError: (error) => notifications.show({ color: 'red', title: t('refused'), message: wordsOf(error) }),
    });
  const refuse = (offer: Offer) =>
    !busy &&
    decline.mutate(offer.conversation.id, {
      onError: (error) => notifications.show({ color: 'red', message: wordsOf(error) }),
    });
  useKeys({ f8: () => void take(first as Offer), 'shift+f8': () => void refuse(first as Offer) }, Boolean(first));

  const silent = locked && sounds && (live.length > 0 || me.agent.presence === 'available');
  return (
    <section className={classes.stack} aria-label={t('region')}>
      {silent ? <SoundBanner /> : <NoticesBanner />}
      {!first && <MissedCard onBack={onBack} />}
      {first && (
        <OfferCard key={first.id} offer={first} busy={busy} more={live.length - 1} onAccept={() => take(first)} onDecline={() => refuse(first)} />
      )}
    </section>
  );
}

function SoundBanner() {
  const { t } = useTranslation('offers');
  return (
    <div className={classes.sound}>
      <IconVolumeOff size={16} aria-hidden />
      <span>{t('sound.title')}</span>
      <Button size="compact-sm" variant="default" onClick={() => void testSound()}>{t('sound.test')}</Button>
    </div>
  );
}

/** Asks once whether offers may be told outside the tab; the browser asks only after a click. */
function NoticesBanner() {
  const { t } = useTranslation('offers');
  const { desktopNotices } = useSettings();
  const me = useMe();
  const [permission, setPermission] = useState(() => (typeof Notification === 'undefined' ? 'denied' : Notification.permission));
  if (!desktopNotices || permission !== 'default' || me.agent.presence !== 'available') return null;
  return (
    <div className={classes.sound}>
      <IconBell size={16} aria-hidden />
      <span>{t('notices.title')}</span>
      <Button size="compact-sm" variant="default" onClick={() => void Notification.requestPermission().then(setPermission)}>{t('notices.allow')}</Button>
      <CloseButton size="sm" onClick={() => changeSettings({ desktopNotices: false })} aria-label={t('notices.later')} />
    </div>
  );
}

interface CardProps {
  offer: Offer;
  busy: boolean;
  more: number;
  onAccept: () => void;
  onDecline: () => void;
}

function OfferCard({ offer, busy, more, onAccept, onDecline }: CardProps) {
  const { t } = useTranslation('offers');
  const now = useNow();
  const c = offer.conversation;
  const total = Math.max(1, Date.parse(offer.expires_at) - Date.parse(offer.made_at));
  const left = Math.max(0, Math.ceil((Date.parse(offer.expires_at) - now) / 1000));
  return (
    <article className={classes.card} aria-label={`${t('ringing')}: ${c.contact.name}`} data-testid="offer">
      <div className={classes.track}>
        <Bar total={total} until={Date.parse(offer.expires_at)} />
      </div>
      <header className={classes.kicker}>
        <IconPhoneIncoming size={14} aria-hidden />
        <span>{t('ringing')}</span>
        <span className={classes.left}>{t('left', { count: left })}</span>
      </header>
      <div className={classes.who}>
        <Avatar name={c.contact.name} id={c.contact.id} size={38} />
        <div className={classes.whoText}>
          <strong dir="auto">{c.contact.name}</strong>
          <span className={classes.meta}>
            <ChannelIcon channel={c.channel} labelled={false} /> {channelName[c.channel]} · {c.queue} ·{' '}
            {t('waited', { time: clock(since(c.queued_at ?? c.created_at, now)) })}
          </span>
        </div>
      </div>
      {c.last_message.text && <p className={classes.text} dir="auto">{c.last_message.text}</p>}
      {offer.words && <p className={classes.why}>{offer.words}</p>}
      <div className={classes.actions}>
        <Button flex={1} onClick={onAccept} disabled={busy} rightSection={<Kbd size="xs">F8</Kbd>}>{t('accept')}</Button>
        <Button variant="default" onClick={onDecline} disabled={busy} title="Shift+F8">{t('decline')}</Button>
      </div>
      {more > 0 && <p className={classes.more}>{t('more', { count: more })}</p>}
    </article>
  );
}

// Drains by a CSS animation that starts where it should be: no work a frame.
function Bar({ total, until }: { total: number; until: number }) {
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const left = Math.max(0, until - serverNow());
    const animation = bar.current?.animate?.([{ transform: `scaleX(${left / total})` }, { transform: 'scaleX(0)' }], { duration: left, fill: 'forwards' });
    return () => animation?.cancel();
  }, [total, until]);
  return <span ref={bar} className={classes.bar} />;
}

function MissedCard({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation('offers');
  const last = useStore(missed);
  const me = useMe();
  if (!last) return null;
  const c = last.offer.conversation;
  const words = { name: c.contact.name, channel: channelName[c.channel] };
  const close = () => missed.set(null);
  const away = me.agent.presence !== 'available';
  return (
    <article className={classes.card} data-missed data-testid="missed">
      <div className={classes.missedHead}>
        <IconPhoneX size={18} aria-hidden />
        <strong dir="auto">{last.how === 'timed_out' ? t('missed.title', words) : t('gone.title', words)}</strong>
        <CloseButton size="sm" onClick={close} aria-label={t('missed.dismiss')} />
      </div>
      <p className={classes.meta}>{last.how === 'withdrawn' ? t('gone.taken') : t(away ? 'missed.text' : 'missed.textOnly', words)}</p>
      {last.how === 'timed_out' && away && (
        <Button fullWidth mt={8} onClick={() => { close(); onBack(); }}>{t('missed.back')}</Button>
      )}
    </article>
  );
}

/** Keeps what ended without an answer, to say so plainly. */
function useMisses(): void {
  const cache = useQueryClient();
  const me = useMe();
  const { t } = useTranslation('offers');
  const offers = useOffers();
  const before = useRef(offers);
  useEffect(() => {
    before.current = offers;
  }, [offers]);
  useEffect(
    () =>
      onChange((frame) => {
        const end = endOf(frame, before.current, me.agent.id);
        if (end) {
          missed.set(end);
          if (end.how === 'timed_out') announce(t('missed.announce', { name: end.offer.conversation.contact.name }), true);
        }
        before.current = cache.getQueryData<Offer[]>(keys.offers) ?? [];
      }),
    [cache, me.agent.id, t],
  );
}
