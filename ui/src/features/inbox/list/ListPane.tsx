import { ActionIcon, Button, CloseButton, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconArrowUp, IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, useSearchParams } from 'react-router';
import { wordsOf } from '@/api/client';
import { lines as linesStore } from '@/api/live';
import { conversationsQuery } from '@/api/queries';
import { useMe } from '@/api/session';
import { useStore } from '@/api/store';
import type { Conversation } from '@/api/types';
import { Delayed } from '@/ui/Delayed';
import { ErrorNote } from '@/ui/ErrorNote';
import { since, span, useNow } from '@/ui/time';
import type { DraftStore } from '../composer/drafts';
import { narrowed } from '../views';
import { ConversationRow } from './ConversationRow';
import { EmptyList } from './EmptyList';
import classes from './ListPane.module.css';
import { ListSkeleton } from './ListSkeleton';
import { views, type Row, type View } from './order';

interface Props {
  view: View;
  openId: string | undefined;
  rows: Row[];
  fresh: number;
  onFresh: () => void;
  handlers: object;
  query: { isPending: boolean; error: Error | null; refetch: () => unknown; hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  linkTo: (c: Conversation) => string;
  drafts: DraftStore;
  selection: ReadonlySet<string>;
  bulk: ReactNode;
  header: ReactNode;
  searchRef: RefObject<HTMLInputElement | null>;
  onAvailable: () => void;
}

const rowHeight = 76;

/** Views, search and the list itself. */
export function ListPane(props: Props) {
  const { t } = useTranslation('inbox');
  const { view, rows, fresh, query, header } = props;
  const [params] = useSearchParams();
  const searching = Boolean(params.get('q')?.trim());
  return (
    <section className={classes.pane} aria-label={t('list.label')} data-pane>
      {!props.openId && <h1 className="p-hidden">{t('list.label')}</h1>}
      <header className={classes.head}>{header}</header>
      <Tabs view={view} />
      <SearchField inputRef={props.searchRef} />
      <Narrowing />
      {view === 'line' && !searching && <Lines />}
      {props.bulk}
      <div className={classes.body} {...props.handlers}>
        {fresh > 0 && (
          <Button className={classes.fresh} size="compact-sm" radius="xl" leftSection={<IconArrowUp size={14} />} onClick={props.onFresh}>
            {t('list.fresh', { count: fresh })}
          </Button>
        )}
        {query.isPending ? (
          <Delayed><ListSkeleton /></Delayed>
        ) : query.error && rows.length === 0 ? (
          <ErrorNote words={wordsOf(query.error)} onRetry={() => void query.refetch()} />
        ) : rows.length === 0 ? (
          <EmptyList view={view} searching={searching} onAvailable={props.onAvailable} />
        ) : (
          <Rows {...props} />
        )}
      </div>
    </section>
  );
}

function Rows({ view, openId, rows, query, linkTo, drafts, selection }: Props) {
  const { t } = useTranslation('inbox');
  const me = useMe();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (i) => rows[i]?.conversation.id ?? i,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown >= rows.length - 10) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, lastShown, rows.length, fetchNextPage]);

  const openAt = rows.findIndex((r) => r.conversation.id === openId);
  useEffect(() => {
    if (openAt >= 0) virtual.scrollToIndex(openAt, { align: 'auto' });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only when another one is opened, not when the order changes
  }, [openId]);

  return (
    <div ref={scroller} className={classes.scroller}>
      <div className={classes.rows} role="list" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const c = row.conversation;
          return (
            <div key={item.key} role="listitem" aria-setsize={hasNextPage ? -1 : rows.length} aria-posinset={item.index + 1} className={classes.slot} style={{ transform: `translateY(${item.start}px)` }}>
              <ConversationRow conversation={c} view={view} to={linkTo(c)} open={c.id === openId} selected={selection.has(c.id)} gone={row.gone} drafts={drafts} me={me.agent.id} />
            </div>
          );
        })}
      </div>
      {isFetchingNextPage && <div className={classes.more}>{t('list.more')}</div>}
    </div>
  );
}

function Tabs({ view }: { view: View }) {
  const { t } = useTranslation('inbox');
  const mine = useCount('mine');
  const line = useCount('line');
  const counts: Partial<Record<View, string>> = { mine, line };
  return (
    <nav className={classes.tabs} aria-label={t('views.label')}>
      {views.map((v) => (
        <NavLink key={v} to={`/inbox/${v}`} className={classes.tab} aria-current={v === view ? 'page' : undefined} data-on={v === view || undefined}>
          {t(`views.${v}`)}
          {counts[v] && counts[v] !== '0' && <span className={classes.count}>{counts[v]}</span>}
        </NavLink>
      ))}
    </nav>
  );
}

/** How many the view's own list has; "50+" while not all of it is loaded. */
function useCount(view: 'mine' | 'line'): string {
  const { data } = useInfiniteQuery({
    ...conversationsQuery({ view }),
    select: (pages) => `${new Set(pages.pages.flatMap((p) => p.items.map((c) => c.id))).size}${pages.pages.at(-1)?.next_cursor ? '+' : ''}`,
  });
  return data ?? '';
}

function SearchField({ inputRef }: { inputRef: RefObject<HTMLInputElement | null> }) {
  const { t } = useTranslation('inbox');
  const [params, setParams] = useSearchParams();
  const given = params.get('q') ?? '';
  const [text, setText] = useState(given);
  const [seen, setSeen] = useState(given);
  if (seen !== given) {
    // The address changed by itself (back, a link): follow it.
    setSeen(given);
    if (given.trim() !== text.trim()) setText(given);
  }
  const apply = (value: string) =>
    setParams(
      (now) => {
        const next = new URLSearchParams(now);
        if (value.trim()) next.set('q', value.trim());
        else next.delete('q');
        return next;
      },
      { replace: true },
    );
  const soon = useDebouncedCallback(apply, 250);
  const change = (value: string) => {
    setText(value);
    if (value.trim() === '') apply('');
    else soon(value);
  };
  return (
    <div className={classes.search}>
      <TextInput ref={inputRef} type="search" value={text} onChange={(e) => change(e.currentTarget.value)} placeholder={t('list.search')} aria-label={t('list.search')}
        leftSection={<IconSearch size={15} aria-hidden />} size="sm"
        rightSection={text ? <CloseButton size="sm" onClick={() => change('')} aria-label={t('list.clear')} /> : null}
        onKeyDown={(e) => {
          if (e.key !== 'Escape') return;
          e.stopPropagation();
          if (text) change('');
          else e.currentTarget.blur();
        }} />
    </div>
  );
}

/** Says that the list is narrowed by its address, with the way out. */
function Narrowing() {
  const { t } = useTranslation('inbox');
  const [params, setParams] = useSearchParams();
  const names = narrowed(params);
  if (names.length === 0) return null;
  const what = params.get('label') ?? names.map((n) => n.replace('_id', '')).join(', ');
  return (
    <div className={classes.narrow}>
      <span>{t('list.filtered', { what })}</span>
      <Tooltip label={t('list.clear')}>
        <ActionIcon size="md" onClick={() => setParams({})} aria-label={t('list.clear')}><IconX size={14} /></ActionIcon>
      </Tooltip>
    </div>
  );
}

/** The lines I serve: how many wait and for how long. All of them, so that the list below stays where it is. */
function Lines() {
  const { t } = useTranslation('inbox');
  const me = useMe();
  const live = useStore(linesStore);
  const now = useNow();
  return (
    <ul className={classes.lines}>
      {me.queues.map((q) => {
        const line = live?.find((l) => l.id === q.id);
        const waiting = line?.waiting ?? 0;
        return (
          <li key={q.id} data-empty={waiting === 0 || undefined} title={t('list.lines', { count: waiting, name: q.name })}>
            <span className={classes.lineName}>{q.name}</span>
            <span className={classes.lineFigure}>{waiting}</span>
            <span className={classes.lineWait}>{waiting > 0 && line?.longest_since ? span(since(line.longest_since, now)) : '–'}</span>
          </li>
        );
      })}
    </ul>
  );
}
