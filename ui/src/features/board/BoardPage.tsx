import { Alert, Anchor, Button, Drawer, Popover, SegmentedControl, Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAlertTriangle, IconDeviceTv, IconInfoCircle, IconLayoutGrid } from '@tabler/icons-react';
import { useCallback } from 'react';
import '@mantine/core/styles/FloatingIndicator.layer.css';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { wordsOf } from '@/api/client';
import { useCan } from '@/api/session';
import { Delayed } from '@/ui/Delayed';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNote } from '@/ui/ErrorNote';
import { AgentDrawer } from './AgentDrawer';
import { Agents } from './Agents';
import type { BoardView, QueueLevels } from './boardStore';
import classes from './board.module.css';
import { timeOfDay } from './format';
import type { Clock } from './Longest';
import { QueueDrawer } from './QueueDrawer';
import { QueueTable } from './QueueTable';
import { QueueTile } from './QueueTile';
import { StaleVeil } from './StaleVeil';
import { Totals } from './Totals';
import type { Board } from './types';
import { useBoard } from './useBoard';
import './words';

const nothing: QueueLevels = { wait: 'none', service: 'none', staff: 'none', all: 'none' };

/** Above this many queues a table says more at a glance than tiles. */
const MANY = 12;

/** What supervisors watch: each queue against its target, and everybody at work. */
export default function BoardPage() {
  const { t } = useTranslation('board');
  const { view, error, retry } = useBoard();
  return (
    <main className={classes.page}>
      {view.board ? (
        <Loaded view={view} board={view.board} />
      ) : error ? (
        <ErrorNote words={wordsOf(error)} onRetry={retry} page />
      ) : (
        <>
          <h1 className={classes.title}>{t('title')}</h1>
          <Delayed>
            <Skeleton h={96} mb="md" />
            <div className={classes.tiles}>
              {[1, 2, 3].map((n) => <Skeleton key={n} h={320} />)}
            </div>
          </Delayed>
        </>
      )}
    </main>
  );
}

function Loaded({ view, board }: { view: BoardView; board: Board }) {
  const { t } = useTranslation('board');
  const [params, setParams] = useSearchParams();
  const shape = params.get('layout') ?? (board.queues.length > MANY ? 'table' : 'tiles');
  const clock: Clock = { skew: view.skew, stopped: view.stale ? Date.parse(board.at) : null };
  const put = useCallback(
    (values: Record<string, string | null>) =>
      setParams((old) => {
        const next = new URLSearchParams(old);
        for (const [key, value] of Object.entries(values)) {
          if (value === null) next.delete(key);
          else next.set(key, value);
        }
        return next;
      }),
    [setParams],
  );
  const openQueue = useCallback((id: string, tab: 'line' | 'active') => put({ queue: id, tab, agent: null }), [put]);
  const openAgent = useCallback((id: string) => put({ agent: id, queue: null, tab: null }), [put]);
  return (
    <>
      <Head view={view} layout={shape} onLayout={(layout) => put({ layout })} />
      <Quarantined count={board.quarantined} />
      <FailingRules rules={board.rules} />
      <div className={classes.live} data-stale={view.stale || undefined}>
        {view.stale ? <StaleVeil at={view.heard} /> : null}
        {board.queues.length === 0 ? (
          <NoQueues />
        ) : (
          <>
            <Totals totals={board.totals} levels={view.levels} clock={clock} />
            <h2 className={classes.sectionTitle}>{t('queues')}</h2>
            {shape === 'table' ? (
              <QueueTable queues={board.queues} totals={board.totals} levels={view.levels} clock={clock} onOpen={openQueue} />
            ) : (
              <div className={classes.tiles}>
                {board.queues.map((q) => (
                  <QueueTile key={q.id} queue={q} levels={view.levels.get(q.id) ?? nothing} clock={clock} onOpen={openQueue} />
                ))}
              </div>
            )}
          </>
        )}
        <Agents agents={board.agents} clock={clock} onOpen={openAgent} />
      </div>
      <Drawers board={board} stale={view.stale} heard={view.heard} clock={clock} params={params} put={put} />
    </>
  );
}

function Head({ view, layout, onLayout }: { view: BoardView; layout: string; onLayout: (layout: string) => void }) {
  const { t, i18n } = useTranslation('board');
  const day = new Intl.DateTimeFormat(i18n.language, { weekday: 'long', day: 'numeric', month: 'long' }).format(view.heard);
  return (
    <header className={classes.head}>
      <h1 className={classes.title}>{t('title')}</h1>
      <span className={classes.asOf}>{t('asOf', { time: timeOfDay(view.heard) })}</span>
      <Popover width={360} position="bottom-start" shadow="md">
        <Popover.Target>
          <Button variant="subtle" color="gray" size="xs" leftSection={<IconInfoCircle size={16} aria-hidden />}>{t('meaning')}</Button>
        </Popover.Target>
        <Popover.Dropdown>
          <p className={classes.soft}>{t('today', { day })}</p>
          <dl className={classes.meanings}>
            {(['waiting', 'longest', 'service', 'staff', 'active', 'abandonment', 'first', 'csat'] as const).map((id) => (
              <div key={id}>
                <dt>{t(`figure.${id}`)}</dt>
                <dd>{t(`explain.${id}`)}</dd>
              </div>
            ))}
          </dl>
        </Popover.Dropdown>
      </Popover>
      <div className={classes.headEnd}>
        <SegmentedControl size="xs" aria-label={t('layout')} value={layout} onChange={onLayout}
          data={[{ value: 'tiles', label: t('tiles') }, { value: 'table', label: t('table') }]} />
        <Button component={Link} to="/wallboard" variant="default" size="xs" leftSection={<IconDeviceTv size={16} aria-hidden />}>
          {t('wallboard')}
        </Button>
      </div>
    </header>
  );
}

function Quarantined({ count }: { count: number }) {
  const { t } = useTranslation('board');
  const admin = useCan('admin');
  if (count === 0) return null;
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} mb="md">
      {t('quarantined', { count })}{' '}
      {admin ? <Anchor component={Link} to="/admin/dead-letters" inherit>{t('seeQuarantined')}</Anchor> : t('askAdmin')}
    </Alert>
  );
}

/** Rules that are passed over, with the error and the way to where it is mended. */
function FailingRules({ rules }: { rules: Board['rules'] }) {
  const { t } = useTranslation('board');
  if (rules.length === 0) return null;
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} mb="md" title={t('rules.title', { count: rules.length })} styles={{ title: { color: 'var(--p-text)' } }}>
      <ul className={classes.plainList}>
        {rules.map((r) => (
          <li key={r.id}>
            <Anchor component={Link} to={`/admin/rules?rule=${r.id}`} inherit className={classes.inText}>{r.name}</Anchor>: <span dir="auto">{r.error}</span>{' '}
            <span>{t('rules.last', { time: timeOfDay(Date.parse(r.at)) })}</span>
          </li>
        ))}
      </ul>
    </Alert>
  );
}

function NoQueues() {
  const { t } = useTranslation('board');
  const admin = useCan('admin');
  return (
    <EmptyState icon={<IconLayoutGrid size={28} />} title={t('noQueues.title')} text={t('noQueues.text')}
      action={admin ? <Button component={Link} to="/admin/queues">{t('noQueues.add')}</Button> : null} />
  );
}

interface DrawersProps {
  board: Board;
  stale: boolean;
  heard: number;
  clock: Clock;
  params: URLSearchParams;
  put: (values: Record<string, string | null>) => void;
}

function Drawers({ board, stale, heard, clock, params, put }: DrawersProps) {
  const phone = useMediaQuery('(max-width: 36em)');
  const queue = board.queues.find((q) => q.id === params.get('queue'));
  const agent = board.agents.find((a) => a.id === params.get('agent'));
  const close = () => put({ queue: null, agent: null, tab: null });
  return (
    <Drawer opened={queue !== undefined || agent !== undefined} onClose={close} position="right" size={phone ? '100%' : 500}
      title={<span className={classes.drawerTitle} dir="auto">{queue?.name ?? agent?.name}</span>}>
      {stale ? <StaleVeil at={heard} /> : null}
      {queue ? (
        <QueueDrawer queue={queue} tab={params.get('tab') === 'active' ? 'active' : 'line'} agents={board.agents} clock={clock} onTab={(tab) => put({ tab })} />
      ) : agent ? (
        <AgentDrawer agent={agent} agents={board.agents} clock={clock} />
      ) : null}
    </Drawer>
  );
}
