import { ActionIcon, NativeSelect } from '@mantine/core';
import { IconArrowLeft, IconMaximize, IconMinimize, IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { wordsOf } from '@/api/client';
import { ErrorNote } from '@/ui/ErrorNote';
import { useNow } from '@/ui/time';
import { TOTALS, type QueueLevels } from './boardStore';
import { percent, timeOfDay } from './format';
import { Longest, type Clock } from './Longest';
import type { Level } from './status';
import { staffWord } from './QueueTile';
import { StatusMark } from './StatusMark';
import { TotalMark } from './Totals';
import type { BoardQueue } from './types';
import { useBoard } from './useBoard';
import { useWakeLock } from './useWakeLock';
import classes from './wallboard.module.css';
import './words';

const nothing: QueueLevels = { wait: 'none', service: 'none', staff: 'none', all: 'none' };

/** Six figures for a screen on the wall, of one queue (?queue=id) or of all. */
export default function WallboardPage() {
  const { t } = useTranslation('board');
  const { view, error, retry } = useBoard();
  const [params, setParams] = useSearchParams();
  const [full, toggleFull] = useFullScreen();
  const moving = usePointerMoved(3000);
  useWakeLock();
  useEffect(() => {
    document.title = t('wall.title');
  }, [t]);
  if (!view.board) return error ? <ErrorNote words={wordsOf(error)} onRetry={retry} page /> : <p className={classes.wait}>{t('wall.loading')}</p>;
  const one = view.board.queues.find((q) => q.id === params.get('queue'));
  const queue = one ?? view.board.totals;
  const clock: Clock = { skew: view.skew, stopped: view.stale ? Date.parse(view.board.at) : null };
  return (
    <main className={classes.wall} data-stale={view.stale || undefined}>
      <header className={classes.head}>
        <h1 dir="auto">{one ? one.name : t('totals')}</h1>
        {view.stale ? (
          <p className={classes.stale} role="alert">
            <IconPlugConnectedX aria-hidden /> {t('wall.stale', { time: timeOfDay(view.heard) })}
          </p>
        ) : (
          <TimeOfDay />
        )}
      </header>
      <div className={classes.controls} data-shown={moving || undefined}>
        <ActionIcon component={Link} to="/board" size="xl" variant="filled" color="dark" aria-label={t('wall.back')}>
          <IconArrowLeft aria-hidden />
        </ActionIcon>
        <NativeSelect aria-label={t('wall.queue')} value={one?.id ?? ''} onChange={(e) => setParams(e.currentTarget.value ? { queue: e.currentTarget.value } : {})}
          data={[{ value: '', label: t('totals') }, ...view.board.queues.map((q) => ({ value: q.id, label: q.name }))]} />
        <ActionIcon size="xl" variant="filled" color="dark" aria-label={t(full ? 'wall.leave' : 'wall.full')} onClick={toggleFull}>
          {full ? <IconMinimize aria-hidden /> : <IconMaximize aria-hidden />}
        </ActionIcon>
      </div>
      <Figures queue={queue} levels={view.levels.get(one?.id ?? TOTALS) ?? nothing} all={one ? null : view.levels} clock={clock} />
    </main>
  );
}

function TimeOfDay() {
  const { i18n } = useTranslation('board');
  const now = useNow(10);
  return <p className={classes.time}>{new Intl.DateTimeFormat(i18n.language, { hour: '2-digit', minute: '2-digit' }).format(now)}</p>;
}

function Figures({ queue: q, levels, all, clock }: { queue: BoardQueue; levels: QueueLevels; all: ReadonlyMap<string, QueueLevels> | null; clock: Clock }) {
  const { t, i18n } = useTranslation('board');
  const lang = i18n.language;
  const none = t('none');
  const minutes = q.target_seconds % 60 === 0 ? `${String(q.target_seconds / 60)} min` : `${String(q.target_seconds)} s`;
  const mark = (figure: 'wait' | 'service', target: string) => (all ? { mark: <TotalMark levels={all} figure={figure} /> } : { target });
  return (
    <dl className={classes.grid}>
      <Figure label={t('figure.waiting')} value={q.waiting} />
      <Figure label={t('figure.longest')} level={levels.wait} {...mark('wait', `≤ ${minutes}`)} value={<Longest queue={q} clock={clock} wall />} />
      <Figure label={t('figure.service')} level={levels.service} {...mark('service', `≥ ${String(q.target_share)}%`)} value={percent(q.service_level, lang) ?? none} />
      <Figure label={t('wall.staff')} level={levels.staff} word={staffWord(t, q)} value={`${String(q.available)}/${String(q.staffed)}`} />
      <Figure extra label={t('figure.abandonment')} value={percent(q.abandonment, lang) ?? none} />
      <Figure extra label={t('figure.csat')} value={percent(q.csat.share, lang) ?? none} under={t('n', { count: q.csat.n })} />
    </dl>
  );
}

interface FigureProps {
  label: string;
  value: ReactNode;
  level?: Level;
  word?: string;
  target?: string;
  mark?: ReactNode;
  under?: string;
  /** Left out on tall screens, where six would be too small. */
  extra?: boolean;
}

function Figure({ label, value, level, word, target, mark, under, extra }: FigureProps) {
  return (
    <div className={classes.figure} data-level={level} data-extra={extra || undefined}>
      <dt>{label}</dt>
      <dd>
        <span className={classes.value}>{value}</span>
        <span className={classes.under}>
          {mark ? mark : level ? <StatusMark level={level} {...(word ? { word } : {})} {...(target ? { target } : {})} /> : (under ?? '')}
        </span>
      </dd>
    </div>
  );
}

function useFullScreen(): [boolean, () => void] {
  const [full, setFull] = useState(document.fullscreenElement !== null);
  useEffect(() => {
    const follow = () => setFull(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', follow);
    return () => document.removeEventListener('fullscreenchange', follow);
  }, []);
  const toggle = () => {
    // Refused outside a gesture or by policy: the page stays as it is.
    void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => undefined);
  };
  return [full, toggle];
}

/** Whether the pointer moved or a key was pressed within the last milliseconds: a wall shows no controls. */
function usePointerMoved(ms: number): boolean {
  const [moved, setMoved] = useState(true);
  useEffect(() => {
    let timer = setTimeout(() => setMoved(false), ms);
    const wake = () => {
      setMoved(true);
      clearTimeout(timer);
      timer = setTimeout(() => setMoved(false), ms);
    };
    window.addEventListener('pointermove', wake);
    window.addEventListener('keydown', wake);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pointermove', wake);
      window.removeEventListener('keydown', wake);
    };
  }, [ms]);
  return moved;
}
