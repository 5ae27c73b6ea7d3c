import { IconExternalLink, IconFile, IconMapPin, IconPhoto, IconUser } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { attachmentURL } from '@/api/client';
import type { Attachment, Message } from '@/api/types';
import classes from './Body.module.css';

const link = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/giu;

/** Text with its web addresses as links, and nothing else made of it. */
export function linkified(text: string): ReactNode[] {
  const out: ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(link)) {
    if (match.index > at) out.push(text.slice(at, match.index));
    out.push(<a key={match.index} href={match[0]} target="_blank" rel="noreferrer noopener">{match[0]}</a>);
    at = match.index + match[0].length;
  }
  if (at < text.length) out.push(text.slice(at));
  return out;
}

/** What a message says, whatever its kind. */
export function Body({ message: m }: { message: Message }) {
  return (
    <>
      <Special message={m} />
      {m.attachments.length > 0 && (
        <div className={classes.files}>
          {m.attachments.map((a) => <File key={a.id} attachment={a} />)}
        </div>
      )}
      {m.text && m.kind !== 'reaction' && m.kind !== 'location' && <div className={classes.text} dir="auto">{linkified(m.text)}</div>}
    </>
  );
}

function Special({ message: m }: { message: Message }) {
  const { t } = useTranslation('inbox');
  const d = m.detail;
  switch (m.kind) {
    case 'location':
      return (
        <Line icon={<IconMapPin size={16} />}>
          <b dir="auto">{d.name || m.text || t('body.location')}</b> {d.address}
          <a href={`https://www.openstreetmap.org/?mlat=${d.latitude ?? 0}&mlon=${d.longitude ?? 0}#map=16/${d.latitude ?? 0}/${d.longitude ?? 0}`} target="_blank" rel="noreferrer noopener">
            {t('body.map')} <IconExternalLink size={12} aria-hidden />
          </a>
        </Line>
      );
    case 'contact':
      return <Line icon={<IconUser size={16} />}><b dir="auto">{d.name || t('body.contact')}</b> <bdi>{d.phone}</bdi></Line>;
    case 'reaction':
      return <Line>{d.emoji || m.text ? t('body.reaction', { emoji: d.emoji || m.text }) : t('body.unreacted')}</Line>;
    case 'choice':
      return <Kicker>{t('body.choice')}</Kicker>;
    case 'order':
      return <Kicker>{t('body.order')}</Kicker>;
    case 'referral':
      return <Line><span className={classes.kicker}>{t('body.referral')}</span> <bdi>{d.name || d.url}</bdi></Line>;
    case 'edit':
      return <Kicker>{t('body.edit')}</Kicker>;
    case 'deleted':
      return <Kicker>{t('body.deleted')}</Kicker>;
    case 'template':
      return <Kicker>{t('body.template')}{d.name ? ` · ${d.name}` : ''}</Kicker>;
    case 'unsupported':
      return <Line>{d.type ? t('body.unsupported', { type: d.type }) : t('body.unsupportedPlain')}</Line>;
    default:
      return null;
  }
}

function Line({ icon, children }: { icon?: ReactNode; children: ReactNode }) {
  return <div className={classes.line}>{icon}<span>{children}</span></div>;
}

function Kicker({ children }: { children: ReactNode }) {
  return <div className={classes.kicker}>{children}</div>;
}

function size(bytes: number): string {
  if (bytes <= 0) return '';
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

// Each kind has a box of fixed size, so nothing moves when the bytes arrive.
function File({ attachment: a }: { attachment: Attachment }) {
  const { t } = useTranslation('inbox');
  const kind = a.kind;
  const name = a.name || t(`body.${kind}`, { defaultValue: t('body.file') });
  const visual = kind === 'image' || kind === 'sticker' || kind === 'video';
  const state = a.state as string;
  if (state === 'pending' || state === 'failed') {
    return (
      <div className={visual ? classes.frame : classes.file} data-kind={kind}>
        <IconPhoto size={18} aria-hidden />
        <span>{name}: {state === 'pending' ? t('body.arriving') : `${t('body.lost')}${a.error ? ` (${a.error})` : ''}`}</span>
      </div>
    );
  }
  const url = attachmentURL(a);
  if (kind === 'image' || kind === 'sticker') {
    return (
      <a className={classes.frame} data-kind={kind} href={url} target="_blank" rel="noreferrer noopener" aria-label={t('body.open', { name })}>
        <img src={url} alt={name} loading="lazy" decoding="async" />
      </a>
    );
  }
  if (kind === 'audio') return <audio className={classes.audio} controls preload="none" src={url} aria-label={name} />;
  if (kind === 'video') return <video className={classes.frame} data-kind="video" controls preload="none" src={url} aria-label={name} />;
  return (
    <a className={classes.file} href={url} target="_blank" rel="noreferrer noopener" download={a.name || undefined}>
      <IconFile size={20} stroke={1.6} aria-hidden />
      <span className={classes.fileName}><bdi>{name}</bdi></span>
      <span className={classes.size}>{size(a.size)}</span>
    </a>
  );
}
