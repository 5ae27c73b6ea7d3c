import { UnstyledButton } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { upcoming } from '@/ui/time';
import type { QueueLevels } from './boardStore';
import classes from './board.module.css';
import { clockText, percent } from './format';
import { Longest, type Clock } from './Longest';
import { HourSpark } from './HourSpark';
import { StatusMark } from './StatusMark';
import type { BoardQueue } from './types';

export interface QueueProps {
  queue: BoardQueue;
  levels: QueueLevels;
  clock: Clock;
  onOpen: (id: string, tab: 'line' | 'active') => void;
}

/** One queue: two figures to see across the room, the rest below. */
export const QueueTile = memo(function QueueTile({ queue: q, levels, clock, onOpen }: QueueProps) {
  const { t, i18n } = useTranslation('board');
  const lang = i18n.language;
  const none = t('none');
  return (
    <section className={classes.tile} data-level={levels.all} aria-labelledby={`queue-${q.id}`}>
      <header className={classes.tileHead}>
        <h3 id={`queue-${q.id}`} className={classes.tileName}>
          <UnstyledButton className={classes.nameButton} onClick={() => onOpen(q.id, 'line')} dir="auto">
            {q.name}
          </UnstyledButton>
        </h3>
        <Closed queue={q} />
      </header>
      <div className={classes.big}>
        <UnstyledButton className={classes.bigCell} onClick={() => onOpen(q.id, 'line')}>
          <span className={classes.label}>{t('figure.waiting')}</span>
          <span className={classes.bigFigure}>{q.waiting}</span>
          <span className={classes.under}>{underWaiting(t, q)}</span>
        </UnstyledButton>
        <UnstyledButton className={classes.bigCell} data-level={levels.wait} onClick={() => onOpen(q.id, 'line')}>
          <span className={classes.label}>{t('figure.longest')}</span>
          <span className={classes.bigFigure}>
            <Longest queue={q} clock={clock} />
          </span>
          <StatusMark level={levels.wait} word={waitWord(t, levels)} target={t('target', { value: clockText(q.target_seconds, lang) })} />
        </UnstyledButton>
      </div>
      <HourSpark queue={q} />
      <dl className={classes.small}>
        <Small label={t('figure.service')} help={t('explain.service')} to={`/reports?show=line&queue=${q.id}`} level={levels.service}
          value={percent(q.service_level, lang) ?? none}
          under={<StatusMark level={levels.service} target={`${String(q.target_share)}%`} />} />
        <Small label={t('figure.staff')} help={t('explain.staff')} level={levels.staff} value={`${String(q.available)} / ${String(q.staffed)}`}
          under={<><StatusMark level={levels.staff} word={staffWord(t, q)} /><Needed queue={q} /></>} />
        <Small label={t('figure.active')} help={t('explain.active')} value={String(q.active)} onClick={() => onOpen(q.id, 'active')} />
        <Small label={t('figure.abandonment')} help={t('explain.abandonment')} to={`/reports?show=line&queue=${q.id}`}
          value={percent(q.abandonment, lang) ?? none} under={<span className={classes.under}>{t('n', { count: q.answered + q.abandoned })}</span>} />
        <Small label={t('figure.first')} help={t('explain.first')} to={`/reports?show=response&queue=${q.id}`}
          value={q.first_response.median === null ? none : clockText(q.first_response.median, lang)}
          under={<span className={classes.under}>{t('p90')} {q.first_response.p90 === null ? none : clockText(q.first_response.p90, lang)}</span>} />
        <Small label={t('figure.csat')} help={t('explain.csat')} to={`/reports?show=csat&queue=${q.id}`}
          value={percent(q.csat.share, lang) ?? none} under={<span className={classes.under}>{t('n', { count: q.csat.n })}</span>} />
      </dl>
    </section>
  );
});

/** Closed by hand or by its hours, and when it opens. */
export function Closed({ queue: q }: { queue: BoardQueue }) {
  const { t } = useTranslation('board');
  if (q.open && !q.off_hours) return null;
  return (
    <span className={classes.closed}>
      <IconLock size={14} aria-hidden /> {t('closed')}
      {q.open && q.opens_at ? `, ${t('opens', { time: upcoming(q.opens_at) })}` : ''}
    </span>
  );
}

/** Of those who wait: ringing, waiting for the opening, wanted by nobody. */
export function underWaiting(t: (key: string, values?: { count: number }) => string, q: BoardQueue): string {
  const parts = [
    q.offered > 0 ? `${t('figure.offered')} ${String(q.offered)}` : '',
    q.later > 0 ? t('later', { count: q.later }) : '',
    q.unwanted > 0 ? t('unwanted', { count: q.unwanted }) : '',
  ].filter((x) => x !== '');
  return parts.join(' · ') || '\u00A0';
}

/** How many agents the next half hour needs for the target, with the reason as its title. */
export function Needed({ queue: q }: { queue: BoardQueue }) {
  const { t, i18n } = useTranslation('board');
  const s = q.staffing;
  if (!s) return null;
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  const reason = t(s.weeks > 0 ? 'needed.reason' : 'needed.reasonLately', {
    need: s.need, have: s.have, expected: number.format(s.expected), usual: number.format(s.usual), weeks: s.weeks, lately: s.lately,
    handle: clockText(s.handle_seconds, i18n.language), atOnce: number.format(s.at_once), share: q.target_share, target: clockText(q.target_seconds, i18n.language),
  });
  return (
    <span className={classes.needed} data-short={s.have < s.need || undefined} title={reason}>
      {t('needed.short', { need: s.need, have: s.have })}
      <span className={classes.hidden}>{reason}</span>
    </span>
  );
}

/** What the mark of the longest wait says: without anybody in line there is no wait to judge. */
export function waitWord(t: (key: string) => string, levels: QueueLevels): string {
  return t(levels.wait === 'none' ? 'nobodyWaits' : `level.${levels.wait}`);
}

/** What the staffing mark says: nobody at work at all is worth other words than nobody free. */
export function staffWord(t: (key: string) => string, q: BoardQueue): string {
  if (q.available > 0) return t('staffWord.some');
  return t(q.staffed > 0 ? 'staffWord.busy' : 'staffWord.nobody');
}

interface SmallProps {
  label: string;
  help: string;
  value: string;
  under?: ReactNode;
  level?: string;
  to?: string;
  onClick?: () => void;
}

function Small({ label, help, value, under, level, to, onClick }: SmallProps) {
  const inner = to ? (
    <Link className={classes.figureLink} to={to}>{value}</Link>
  ) : onClick ? (
    <UnstyledButton className={classes.figureLink} onClick={onClick}>{value}</UnstyledButton>
  ) : (
    value
  );
  return (
    <div className={classes.smallCell} data-level={level} title={help}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.smallFigure}>
        {inner}
        {under ?? <span className={classes.under}>{'\u00A0'}</span>}
      </dd>
    </div>
  );
}
