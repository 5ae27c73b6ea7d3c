import { Table, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import '@mantine/core/styles/Table.layer.css';
import { TOTALS, type QueueLevels } from './boardStore';
import classes from './board.module.css';
import { clockText, percent } from './format';
import { Longest, type Clock } from './Longest';
import { Closed, Needed, staffWord, underWaiting, waitWord } from './QueueTile';
import { TotalMark } from './Totals';
import { StatusMark } from './StatusMark';
import type { BoardQueue } from './types';

interface Props {
  queues: readonly BoardQueue[];
  totals: BoardQueue;
  levels: ReadonlyMap<string, QueueLevels>;
  clock: Clock;
  onOpen: (id: string, tab: 'line' | 'active') => void;
}

const nothing: QueueLevels = { wait: 'none', service: 'none', staff: 'none', all: 'none' };
const columns = ['waiting', 'longest', 'service', 'staff', 'active', 'abandonment', 'first', 'csat'] as const;

/** The same figures as the tiles, a queue a line, with the totals at the end. */
export function QueueTable({ queues, totals, levels, clock, onOpen }: Props) {
  const { t } = useTranslation('board');
  return (
    <Table.ScrollContainer minWidth={980} className={classes.panel}>
      <Table horizontalSpacing="md" verticalSpacing="sm" highlightOnHover className={classes.table}>
        <Table.Caption className={classes.hidden}>{t('queues')}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('queues')}</Table.Th>
            {columns.map((c) => (
              <Table.Th key={c} scope="col" title={t(`explain.${c}`)} className={classes.num}>
                {t(`figure.${c}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {queues.map((q) => (
            <Row key={q.id} queue={q} levels={levels.get(q.id) ?? nothing} clock={clock} onOpen={onOpen} />
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Row queue={totals} levels={levels.get(TOTALS) ?? nothing} clock={clock} total={levels} />
        </Table.Tfoot>
      </Table>
    </Table.ScrollContainer>
  );
}

interface RowProps {
  queue: BoardQueue;
  levels: QueueLevels;
  clock: Clock;
  /** The levels of all queues: this is the totals row. */
  total?: ReadonlyMap<string, QueueLevels>;
  onOpen?: Props['onOpen'];
}

function Row({ queue: q, levels, clock, total, onOpen }: RowProps) {
  const { t, i18n } = useTranslation('board');
  const lang = i18n.language;
  const none = t('none');
  const dur = (s: number | null) => (s === null ? none : clockText(s, lang));
  const button = (text: string | number, tab: 'line' | 'active') =>
    onOpen ? (
      <UnstyledButton className={classes.figureLink} onClick={() => onOpen(q.id, tab)}>
        {text}
      </UnstyledButton>
    ) : (
      text
    );
  const totalMark = (figure: 'wait' | 'service') => (total ? <TotalMark levels={total} figure={figure} /> : null);
  const scope = total ? '' : `&queue=${q.id}`;
  return (
    <Table.Tr data-level={levels.all}>
      <Table.Th scope="row">
        {total ? t('totals') : button(q.name, 'line')}
        {total ? null : <Closed queue={q} />}
      </Table.Th>
      <Table.Td className={classes.num}><span className={classes.cell}>{button(q.waiting, 'line')}</span><span className={classes.under}>{underWaiting(t, q)}</span></Table.Td>
      <Table.Td className={classes.num}>
        <span className={classes.cell}><Longest queue={q} clock={clock} /></span>
        {total ? totalMark('wait') : <StatusMark level={levels.wait} word={waitWord(t, levels)} target={clockText(q.target_seconds, lang)} />}
      </Table.Td>
      <Table.Td className={classes.num}>
        <span className={classes.cell}><Link className={classes.figureLink} to={`/reports?show=line${scope}`}>{percent(q.service_level, lang) ?? none}</Link></span>
        {total ? totalMark('service') : <StatusMark level={levels.service} target={`${String(q.target_share)}%`} />}
      </Table.Td>
      <Table.Td className={classes.num}>
        <span className={classes.cell}>{`${String(q.available)} / ${String(q.staffed)}`}</span>
        {total ? null : <><StatusMark level={levels.staff} word={staffWord(t, q)} /><Needed queue={q} /></>}
      </Table.Td>
      <Table.Td className={classes.num}><span className={classes.cell}>{button(q.active, 'active')}</span></Table.Td>
      <Table.Td className={classes.num}>
        <span className={classes.cell}><Link className={classes.figureLink} to={`/reports?show=line${scope}`}>{percent(q.abandonment, lang) ?? none}</Link></span>
        <span className={classes.under}>{t('n', { count: q.answered + q.abandoned })}</span>
      </Table.Td>
      <Table.Td className={classes.num}>
        <span className={classes.cell}><Link className={classes.figureLink} to={`/reports?show=response${scope}`}>{dur(q.first_response.median)}</Link></span>
        <span className={classes.under}>{`${t('p90')} ${dur(q.first_response.p90)}`}</span>
      </Table.Td>
      <Table.Td className={classes.num}>
        <span className={classes.cell}><Link className={classes.figureLink} to={`/reports?show=csat${scope}`}>{percent(q.csat.share, lang) ?? none}</Link></span>
        <span className={classes.under}>{t('n', { count: q.csat.n })}</span>
      </Table.Td>
    </Table.Tr>
  );
}
