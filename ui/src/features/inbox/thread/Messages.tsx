import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconArrowDown } from '@tabler/icons-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/api/clock';
import { brief, dateOf, dayOf } from '@/ui/time';
import type { Outbox, Pending } from '../outbox';
import { Bubble, PendingBubble } from './Bubble';
import { EventLines } from './EventLine';
import classes from './Messages.module.css';
import type { ThreadRow } from './rows';

interface Props {
  rows: ThreadRow[];
  customer: string;
  me: string;
  label: string;
  hasOlder: boolean;
  loadingOlder: boolean;
  onOlder: () => void;
  onRetry?: (messageId: string) => void;
  onEdit?: (p: Pending) => void;
  outbox: Outbox | null;
  /** Scrolled to the end, or not: what is read and what is not. */
  onEnd?: (atEnd: boolean) => void;
}

const guess: Record<ThreadRow['kind'], number> = { day: 37, events: 38, message: 62, pending: 62, unread: 26 };
const nearEnd = 60;

/** The thread: virtualized, held at its end, and still when older messages come in above. */
export function Messages({ rows, customer, me, label, hasOlder, loadingOlder, onOlder, onRetry, onEdit, outbox, onEnd }: Props) {
  const { t } = useTranslation('inbox');
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [seenLast, setSeenLast] = useState<string | undefined>(rows.at(-1)?.key);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => guess[rows[i]?.kind ?? 'message'],
    getItemKey: (i) => rows[i]?.key ?? i,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: nearEnd,
    overscan: 10,
    paddingStart: 8,
    paddingEnd: 12,
  });
  const lastKey = rows.at(-1)?.key;

  // Opened at its end, before it is painted; kept there while the first sizes come in.
  const opened = useRef(false);
  useLayoutEffect(() => {
    if (opened.current || rows.length === 0) return;
    opened.current = true;
    virtual.scrollToEnd();
  }, [rows.length, virtual]);

  if (atEnd && seenLast !== lastKey) setSeenLast(lastKey);
  useEffect(() => onEnd?.(atEnd), [atEnd, onEnd]);

  // My own message is always followed, wherever I was.
  const last = rows.at(-1);
  const ownKey = last?.kind === 'pending' ? last.key : undefined;
  useEffect(() => {
    if (ownKey) virtual.scrollToEnd();
  }, [ownKey, virtual]);

  const onScroll = () => {
    const el = scroller.current;
    if (!el) return;
    setAtEnd(el.scrollHeight - el.scrollTop - el.clientHeight <= nearEnd);
    if (el.scrollTop < 400 && hasOlder && !loadingOlder) onOlder();
  };
  const fresh = !atEnd && seenLast !== lastKey;

  return (
    <div className={classes.frame}>
      <div ref={scroller} className={classes.scroller} onScroll={onScroll} role="log" aria-live="off" aria-label={label} tabIndex={0} data-testid="thread">
        {hasOlder && (
          <div className={classes.older}>
            <Button size="compact-xs" variant="subtle" color="gray" disabled={loadingOlder} onClick={onOlder}>
              {loadingOlder ? t('thread.loading') : t('thread.older')}
            </Button>
          </div>
        )}
        <div className={classes.rows} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <div key={item.key} ref={virtual.measureElement} data-index={item.index} className={classes.slot} style={{ transform: `translateY(${item.start}px)` }}>
                <div className={classes.column}>
                  <RowContent row={row} customer={customer} me={me} onRetry={onRetry} onEdit={onEdit} outbox={outbox} />
                </div>
              </div>
            );
          })}
        </div>
      </div>
      {!atEnd && (
        <Button className={classes.down} size="compact-sm" radius="xl" variant={fresh ? 'filled' : 'default'} rightSection={<IconArrowDown size={14} />} onClick={() => virtual.scrollToEnd()}>
          {fresh ? t('thread.newBelow') : t('thread.latest')}
        </Button>
      )}
    </div>
  );
}

type RowProps = Pick<Props, 'customer' | 'me' | 'onRetry' | 'onEdit' | 'outbox'> & { row: ThreadRow };

function RowContent({ row, customer, me, onRetry, onEdit, outbox }: RowProps) {
  const { t } = useTranslation('inbox');
  switch (row.kind) {
    case 'day':
      return <div className={classes.day}><span>{dayWords(row.at, t)}</span></div>;
    case 'unread':
      return <div className={classes.unread}><span>{t('thread.unread')}</span></div>;
    case 'events':
      return <EventLines events={row.events} />;
    case 'pending':
      return outbox ? <PendingBubble pending={row.pending} outbox={outbox} onEdit={onEdit ?? (() => undefined)} /> : null;
    case 'message':
      return <Bubble message={row.message} first={row.first} last={row.last} customer={customer} me={me} onRetry={onRetry} />;
  }
}

function dayWords(at: string, t: (key: string) => string): string {
  const now = serverNow();
  if (dayOf(at) === dayOf(now)) return t('thread.today');
  if (dayOf(at) === dayOf(now - 86_400_000)) return t('thread.yesterday');
  const week = now - Date.parse(at) < 6 * 86_400_000;
  return week ? `${brief(at, now)}, ${dateOf(at)}` : dateOf(at);
}
