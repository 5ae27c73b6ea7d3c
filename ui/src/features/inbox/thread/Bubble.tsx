import { Button } from '@mantine/core';
import { IconLock, IconRobot } from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api/types';
import { dateTime, timeOfDay } from '@/ui/time';
import type { Outbox, Pending } from '../outbox';
import { Body } from './Body';
import classes from './Bubble.module.css';
import { StatusMark } from './StatusMark';

interface Props {
  message: Message;
  first: boolean;
  last: boolean;
  customer: string;
  me: string;
  onRetry?: (id: string) => void;
}

export const Bubble = memo(function Bubble({ message: m, first, last, customer, me, onRetry }: Props) {
  const { t } = useTranslation('inbox');
  if (m.author === 'system' || m.kind === 'notice') {
    return <div className={classes.notice} dir="auto">{m.text}</div>;
  }
  const note = m.kind === 'note';
  const side = note ? 'note' : m.direction;
  const who = m.author === 'customer' ? customer : m.author === 'bot' ? t('thread.bot') : m.agent_name || (m.agent_id === me ? t('list.you').replace(':', '') : '');
  const troubled = m.status === 'failed' || m.status === 'unknown';
  return (
    <article className={classes.row} data-side={side} data-first={first || undefined} data-testid="message" data-message={m.id} data-status={m.status}>
      {first && (
        <div className={classes.who}>
          {note && <IconLock size={12} aria-hidden />}
          {m.author === 'bot' && <IconRobot size={13} aria-hidden />}
          <bdi>{who}</bdi>
          {note && <span className={classes.tag}>{t('thread.note')}</span>}
          {m.outside && <span className={classes.tag}>{t('thread.outside')}</span>}
        </div>
      )}
      <div className={classes.bubble} data-troubled={troubled || undefined}>
        <Body message={m} />
      </div>
      {(last || troubled) && (
        <div className={classes.meta}>
          <time dateTime={m.at} title={dateTime(m.at)}>{timeOfDay(m.at)}</time>
          {m.direction === 'out' && !note && <StatusMark status={m.status} />}
          {troubled && <span className={classes.why}>{m.error || (m.status === 'unknown' ? t('status.unknownWhy') : '')}</span>}
          {m.status === 'failed' && onRetry && <Button size="compact-xs" variant="default" onClick={() => onRetry(m.id)}>{t('status.retry')}</Button>}
        </div>
      )}
    </article>
  );
});

/** A message still in this browser: same bubble, same id, its own words. */
export const PendingBubble = memo(function PendingBubble({ pending: p, outbox, onEdit }: { pending: Pending; outbox: Outbox; onEdit: (p: Pending) => void }) {
  const { t } = useTranslation('inbox');
  const stuck = p.state === 'held' || p.state === 'refused';
  const word = p.state === 'sending' ? 'posting' : p.state === 'waiting' ? 'waiting' : p.state;
  const edit = () => {
    const back = outbox.discard(p.id);
    if (back) onEdit(back);
  };
  return (
    <article className={classes.row} data-side={p.note ? 'note' : 'out'} data-first data-testid="message" data-message={p.id} data-status={p.state} data-pending>
      <div className={classes.bubble} data-troubled={stuck || undefined}>
        {p.files.length > 0 && <div className={classes.files}>{p.files.map((f) => f.name).join(', ')}</div>}
        {p.text && <div className={classes.plain} dir="auto">{p.text}</div>}
      </div>
      <div className={classes.meta}>
        <time dateTime={new Date(p.at).toISOString()}>{timeOfDay(p.at)}</time>
        <span data-testid="status" className={stuck ? classes.bad : undefined}>{t(`status.${word}`)}</span>
        {stuck && (
          <>
            <span className={classes.why}>{p.reason}</span>
            <Button size="compact-xs" onClick={() => outbox.retry(p.id)}>{p.state === 'held' ? t('status.anyway') : t('status.retry')}</Button>
            <Button size="compact-xs" variant="default" onClick={edit}>{t('status.edit')}</Button>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => outbox.discard(p.id)}>{t('status.discard')}</Button>
          </>
        )}
      </div>
    </article>
  );
});
