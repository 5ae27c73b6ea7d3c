import { Drawer } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Suspense, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate, useParams, useSearchParams } from 'react-router';
import { IconMessages } from '@tabler/icons-react';
import { conversationQuery, conversationsQuery, messagesQuery } from '@/api/queries';
import { flatten } from '@/api/reducers';
import { useMe } from '@/api/session';
import type { Conversation } from '@/api/types';
import { EmptyState } from '@/ui/EmptyState';
import { dateTime } from '@/ui/time';
import { prefetchDialogs, SnoozeModal, TagsModal, TransferModal } from './actions/dialogs';
import type { Dialog } from './actions/ActionBar';
import { useAct, type Act } from './actions/useActions';
import { Bulk } from './Bulk';
import { useDraftKeeping } from './composer/drafts';
import classes from './InboxPage.module.css';
import { ListPane } from './list/ListPane';
import { inOrder } from './list/order';
import { useHold } from './list/useHold';
import { outboxOf } from './outbox';
import { BesidePane } from './thread/BesidePane';
import { ThreadPane, type ThreadHandle } from './thread/ThreadPane';
import { UndoNotice } from './UndoNotice';
import { useInboxKeys } from './useInboxKeys';
import { useAtMost } from './useNarrow';
import { useSelection } from './useSelection';
import { filterOf, viewOf } from './views';

interface Props {
  /** My state, over the list. */
  header: ReactNode;
  /** Who the customer is. */
  panel: (conversation: { id: string; contactId: string }, onBeside: (id: string) => void) => ReactNode;
  onAvailable: () => void;
}

/** The agent's desk: list, conversation, customer. */
export function InboxPage({ header, panel, onAvailable }: Props) {
  const { t } = useTranslation('inbox');
  const me = useMe();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const location = useLocation();
  const { view: viewParam, conversationId: openId } = useParams();
  const [params, setParams] = useSearchParams();
  const view = viewOf(viewParam);
  const filter = useMemo(() => filterOf(view, params), [view, params]);
  const filterKey = JSON.stringify(filter);
  const drafts = useDraftKeeping(me.agent.id);
  const outbox = useMemo(() => outboxOf(me.agent.id, cache), [me.agent.id, cache]);
  useEffect(() => {
    outbox.resume();
    const again = () => outbox.resume();
    window.addEventListener('online', again);
    return () => window.removeEventListener('online', again);
  }, [outbox]);

  useEffect(prefetchDialogs, []);

  const query = useInfiniteQuery(conversationsQuery(filter));
  const sorted = useMemo(() => inOrder(view, flatten(query.data)), [view, query.data]);
  const held = useHold(sorted, filterKey);
  const { selected, toggle, add, clear } = useSelection();
  const chosen = sorted.filter((c) => selected.has(c.id));

  const narrow = useAtMost(1279);
  const phone = useAtMost(767);
  const wide = !useAtMost(1599);
  const [panelOpen, setPanelOpen] = useState(false);
  const beside = params.get('beside') ?? undefined;
  const thread = useRef<ThreadHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const act = useAct();

  const suffix = useMemo(() => {
    const keep = new URLSearchParams(params);
    keep.delete('beside');
    const text = keep.toString();
    return text ? `?${text}` : '';
  }, [params]);
  const linkTo = useCallback((c: Pick<Conversation, 'id'>) => `/inbox/${view}/${c.id}${suffix}`, [view, suffix]);
  const toList = useCallback(() => void navigate(`/inbox/${view}${suffix}`), [navigate, view, suffix]);
  const setBeside = useCallback(
    (id: string | undefined) => {
      setPanelOpen(false);
      setParams((now) => {
        const next = new URLSearchParams(now);
        if (id) next.set('beside', id);
        else next.delete('beside');
        return next;
      });
    },
    [setParams],
  );

  const live = held.rows.filter((r) => !r.gone).map((r) => r.conversation);
  const openAt = live.findIndex((c) => c.id === openId);
  usePrefetch(live, openAt);

  const row = sorted.find((c) => c.id === openId);
  const { data: detail } = useQuery({ ...conversationQuery(openId ?? ''), enabled: Boolean(openId) });
  const contactId = row?.contact.id ?? detail?.contact.id;

  const goNext = useCallback(
    (from: string) => {
      const at = live.findIndex((c) => c.id === from);
      const next = live[at + 1] ?? live[at - 1];
      if (next && next.id !== from) void navigate(linkTo(next), { state: { focus: 'heading' } });
      else toList();
    },
    [live, linkTo, navigate, toList],
  );
  const run = (what: Act, then?: () => void) => {
    if (!openId || act.isPending) return;
    const id = openId;
    act.mutate(
      { id, act: what },
      {
        onSuccess: (d) => {
          setDialog(null);
          then?.();
          if (what.do === 'resolve') {
            const key = `resolved-${id}`;
            notifications.show({ id: key, message: <UndoNotice words={`${t('act.resolved')}: ${d.contact.name}`} onUndo={() => { notifications.hide(key); act.mutate({ id, act: { do: 'reopen' } }); void navigate(`/inbox/mine/${id}`); }} /> });
            if (view !== 'resolved') goNext(id);
          }
          if (what.do === 'snooze') notifications.show({ message: t('act.snoozedUntil', { time: dateTime(what.until) }) });
        },
      },
    );
  };
  const sendAndResolve = () => run({ do: 'resolve' });

  useInboxKeys({ live, openAt, openId, linkTo, toList, thread, search, toggle, add, clear, selected, beside, closeBeside: () => setBeside(undefined) });

  const focus = (location.state as { focus?: 'composer' | 'heading' } | null)?.focus;
  const showPanel = Boolean(openId) && !narrow && (!beside || wide);
  const showList = !phone || !openId;
  const showThread = !phone || Boolean(openId);
  const besidePane = beside ? <BesidePane key={beside} id={beside} onClose={() => setBeside(undefined)} onOpen={() => void navigate(`/inbox/all/${beside}`)} /> : null;
  const side = openId && contactId ? panel({ id: openId, contactId }, setBeside) : null;

  return (
    <div className={classes.page} data-beside={(beside && !narrow) || undefined} data-panel={showPanel || undefined} data-phone={phone || undefined}>
      {showList && (
        <ListPane view={view} openId={openId} rows={held.rows} fresh={held.fresh} onFresh={held.release} handlers={held.handlers} query={query} linkTo={linkTo} drafts={drafts} selection={selected}
          bulk={<Bulk chosen={chosen} onDone={clear} />} header={header} searchRef={search} onAvailable={onAvailable} />
      )}
      {showThread && (
        <main className={classes.thread} data-pane>
          {openId ? (
            <ThreadPane key={openId} id={openId} row={row} focus={focus} drafts={drafts} outbox={outbox} busy={act.isPending} handle={thread} onAct={run} onDialog={setDialog}
              onSentAndResolve={sendAndResolve} onBack={toList} onPanel={() => setPanelOpen(true)} />
          ) : (
            <EmptyState icon={<IconMessages size={30} stroke={1.4} />} title={t('empty.thread.title')} text={t('empty.thread.text')} />
          )}
        </main>
      )}
      {!narrow && besidePane}
      {showPanel && <aside className={classes.panel} data-pane aria-label={t('thread.panel')}>{side}</aside>}
      {narrow && (
        <>
          <Drawer opened={panelOpen} onClose={() => setPanelOpen(false)} position="right" size={360} title={t('thread.panel')} padding={0} classNames={{ header: classes.drawerHead }}>{side}</Drawer>
          <Drawer opened={Boolean(beside)} onClose={() => setBeside(undefined)} position="right" size={520} withCloseButton={false} padding={0} classNames={{ body: classes.drawerBody }}>{besidePane}</Drawer>
        </>
      )}
      <Suspense fallback={null}>
      {openId && detail && (dialog === 'transfer' || dialog === 'assign') && (
        <TransferModal conversation={detail} mode={dialog} busy={act.isPending} onClose={() => setDialog(null)}
          onAct={(what, to) => run(what, () => notifications.show({ message: t('act.transferred', { to }) }))} />
      )}
      {openId && dialog === 'snooze' && <SnoozeModal onClose={() => setDialog(null)} onSnooze={(until) => run({ do: 'snooze', until })} />}
      {openId && detail && dialog === 'tags' && <TagsModal conversation={detail} busy={act.isPending} onClose={() => setDialog(null)} onTags={(add, remove) => run({ do: 'tags', add, remove })} />}
      </Suspense>
    </div>
  );
}

/** The next three are likely to be opened: have them ready. */
function usePrefetch(live: Conversation[], openAt: number): void {
  const cache = useQueryClient();
  const ids = live.slice(openAt + 1, openAt + 4).map((c) => c.id).join(' ');
  useEffect(() => {
    if (!ids) return;
    const timer = setTimeout(() => {
      for (const id of ids.split(' ')) {
        void cache.prefetchInfiniteQuery(messagesQuery(id));
        void cache.prefetchQuery(conversationQuery(id));
      }
    }, 300);
    return () => clearTimeout(timer);
  }, [ids, cache]);
}
