import { IconAlertCircle, IconCheck, IconChecks, IconCircle, IconCircleCheck, IconCircleCheckFilled, IconClock, IconFile } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { mediaUrl } from './api';
import classes from './phone.module.css';
import type { Media, Message } from './types';

const QUIET = 15 * 60_000;

const clock = (at: string) => new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });

/** One message as its app draws it. What the phone's owner wrote is on the right. */
export function Bubble({ m, before, last }: { m: Message; before?: Message; last: boolean }) {
  const { t } = useTranslation('sandbox');
  const pause = !before || Date.parse(m.at) - Date.parse(before.at) > QUIET;
  const mine = m.direction === 'in';
  const newDay = !before || new Date(before.at).toDateString() !== new Date(m.at).toDateString();
  return (
    <>
      {pause && <p className={classes.when}>{newDay ? `${dayOf(m.at, t('today'))} ` : ''}{clock(m.at)}</p>}
      <div className={classes.row} data-side={mine ? 'in' : 'out'} data-follows={before?.direction === m.direction && !pause ? '' : undefined}>
        <div className={classes.bubble} data-status={m.status}>
          {m.media.map((f) => <Attached key={f.id} f={f} />)}
          {m.text && <span className={classes.text} dir="auto">{m.text}</span>}
          {m.app === 'whatsapp' && <span className={classes.meta}>{clock(m.at)}{mine && <Ticks m={m} />}</span>}
        </div>
        {mine && m.app === 'messenger' && <span className={classes.meta}><Ticks m={m} /></span>}
        {mine && m.app === 'sms' && (last || m.status === 'failed') && (
          <small className={classes.sms} data-status={m.status}>{t(`status.${m.status === 'read' ? 'delivered' : m.status}`)}</small>
        )}
        {mine && m.status === 'failed' && m.error && <small className={classes.sms} data-status="failed">{m.error}</small>}
      </div>
    </>
  );
}

function dayOf(at: string, today: string): string {
  const day = new Date(at);
  return day.toDateString() === new Date().toDateString() ? today : day.toLocaleDateString(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
}

const ticks = {
  whatsapp: { sending: IconClock, sent: IconCheck, delivered: IconChecks, read: IconChecks, failed: IconAlertCircle },
  messenger: { sending: IconCircle, sent: IconCircleCheck, delivered: IconCircleCheckFilled, read: IconCircleCheckFilled, failed: IconAlertCircle },
};

function Ticks({ m }: { m: Message }) {
  const { t } = useTranslation('sandbox');
  if (m.app === 'sms') return null;
  if (m.app === 'messenger' && m.status === 'read') return <span className={classes.seen} role="img" aria-label={t('status.read')} title={t('status.read')}>L</span>;
  const Icon = ticks[m.app][m.status];
  return <span className={classes.ticks} data-status={m.status} role="img" aria-label={t(`status.${m.status}`)} title={t(`status.${m.status}`)}><Icon size={15} aria-hidden /></span>;
}

function Attached({ f }: { f: Media }) {
  if (/^image\/(png|jpeg|gif|webp)$/.test(f.type)) {
    return <a className={classes.image} href={mediaUrl(f.id)} target="_blank" rel="noreferrer"><img src={mediaUrl(f.id)} alt={f.name} /></a>;
  }
  if (f.type.startsWith('audio/')) return <audio controls src={mediaUrl(f.id)} aria-label={f.name} />;
  if (f.type.startsWith('video/')) return <video controls src={mediaUrl(f.id)} aria-label={f.name} />;
  return <a className={classes.file} href={mediaUrl(f.id)} target="_blank" rel="noreferrer"><IconFile size={20} aria-hidden /><bdi>{f.name}</bdi></a>;
}
