import { Select, Table } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import '@mantine/core/styles/Table.layer.css';
import { durationText } from '../format';
import { beyondChance, differenceText, figureText, rows, type Difference, type Figures, type Result } from './figures';
import classes from './replay.module.css';

/** What came of a replay: the sentence, the figures side by side, who would have got what. */
export function ReplayResult({ result: r }: { result: Result }) {
  const { t, i18n } = useTranslation('replay');
  const [queue, setQueue] = useState('');
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 0 });
  const of = (side: Result['recorded'] | undefined): Figures | undefined => (queue === '' ? side : side?.queues?.find((q) => q.id === queue));
  const check = r.check;
  return (
    <div className={classes.result}>
      <p className={classes.sentence} role="status">{r.changed ? r.words : t('nothing')}</p>
      <p className={classes.soft}>
        {check.equal === check.decisions ? t('checked', { count: check.decisions }) : t('checkedSome', { equal: check.equal, count: check.decisions })}
        {r.told.customers > 0 ? ` ${t('told', { count: r.told.customers, inside: percent.format(r.told.inside), over: percent.format(r.told.over) })}` : null}
        {check.unrecorded > 0 ? ` ${t('unrecorded', { count: check.unrecorded })}` : null}
      </p>
      <Select className={classes.queue} label={t('figures.queue')} value={queue} allowDeselect={false} onChange={(v) => setQueue(v ?? '')}
        data={[{ value: '', label: t('figures.all') }, ...(r.recorded.queues ?? []).map((q) => ({ value: q.id, label: q.name }))]} />
      <FigureTable recorded={of(r.recorded)} replayed={of(r.replayed)} changed={of(r.changed)} name={r.changed?.name} difference={queue === '' ? r.difference : undefined} whole={queue === ''} />
      <div className={classes.columns}>
        <AgentTable result={r} />
        <MovedTable result={r} />
      </div>
      {(check.mismatches ?? []).length > 0 ? (
        <section>
          <h2 className={classes.heading}>{t('otherwise')}</h2>
          <ul className={classes.list}>{(check.mismatches ?? []).map((m) => <li key={m.seq + m.conversation_id}>{m.words}</li>)}</ul>
        </section>
      ) : null}
      <section>
        <h2 className={classes.heading}>{t('assumptions')}</h2>
        <ul className={classes.list}>{[...(r.assumptions ?? []), ...(r.notes ?? [])].map((a) => <li key={a}>{a}</li>)}</ul>
      </section>
    </div>
  );
}

interface FigureProps {
  recorded: Figures | undefined;
  replayed: Figures | undefined;
  changed: Figures | undefined;
  name: string | undefined;
  /** Of the whole; queues have none. */
  difference: Difference | undefined;
  whole: boolean;
}

function FigureTable({ recorded, replayed, changed, name, difference, whole }: FigureProps) {
  const { t, i18n } = useTranslation('replay');
  const lang = i18n.language;
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('figures.caption')}>
      <Table className={classes.table}>
        <caption className={classes.caption}>{t('figures.caption')}</caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('figures.figure')}</Table.Th>
            <Table.Th scope="col">{t('figures.recorded')}</Table.Th>
            <Table.Th scope="col">{t('figures.replayed')}</Table.Th>
            {name ? <><Table.Th scope="col">{name}</Table.Th><Table.Th scope="col">{t('figures.difference')}</Table.Th></> : null}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.filter((row) => whole || row !== 'occupancy').map((row) => {
            const d = changed && replayed ? differenceText(row, changed, replayed, lang) : null;
            const counts = beyondChance(row, difference);
            return (
              <Table.Tr key={row}>
                <Table.Th scope="row">{t(`figures.${row}`)}</Table.Th>
                <Table.Td>{recorded ? figureText(row, recorded, lang) : '–'}</Table.Td>
                <Table.Td>{replayed ? figureText(row, replayed, lang) : '–'}</Table.Td>
                {name ? (
                  <>
                    <Table.Td>{changed ? figureText(row, changed, lang) : '–'}</Table.Td>
                    <Table.Td className={!counts ? undefined : d?.better === true ? classes.good : d?.better === false ? classes.bad : undefined}>{d?.text ?? '±0'}</Table.Td>
                  </>
                ) : null}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function AgentTable({ result: r }: { result: Result }) {
  const { t, i18n } = useTranslation('replay');
  const round = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  return (
    <section>
      <h2 className={classes.heading}>{t('agents.title')}</h2>
      <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('agents.caption')}>
        <Table className={classes.table}>
          <caption className={classes.caption}>{t('agents.caption')}</caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('agents.agent')}</Table.Th>
              <Table.Th scope="col">{t('figures.recorded')}</Table.Th>
              <Table.Th scope="col">{t('figures.replayed')}</Table.Th>
              {r.changed ? <Table.Th scope="col">{r.changed.name}</Table.Th> : null}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(r.agents ?? []).map((a) => (
              <Table.Tr key={a.id}>
                <Table.Th scope="row">{a.name}</Table.Th>
                <Table.Td>{a.recorded}</Table.Td>
                <Table.Td>{round.format(a.replayed)}</Table.Td>
                {r.changed ? <Table.Td>{round.format(a.changed)}</Table.Td> : null}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </section>
  );
}

function MovedTable({ result: r }: { result: Result }) {
  const { t, i18n } = useTranslation('replay');
  const lang = i18n.language;
  if ((r.moved ?? []).length === 0) return null;
  const when = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
  const wait = (who: string, seconds: number) => t('moved.wait', { who, wait: durationText(seconds, lang) });
  return (
    <section>
      <h2 className={classes.heading}>{t('moved.title')}</h2>
      <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('moved.caption')}>
        <Table className={classes.moved}>
          <caption className={classes.caption}>{t('moved.caption')}</caption>
          <Table.Thead>
            <Table.Tr>{(['customer', 'queue', 'was', 'would'] as const).map((c) => <Table.Th key={c} scope="col">{t(`moved.${c}`)}</Table.Th>)}</Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(r.moved ?? []).map((m) => (
              <Table.Tr key={m.conversation_id + m.at}>
                <Table.Th scope="row">{when.format(new Date(m.at))}</Table.Th>
                <Table.Td>{m.queue}</Table.Td>
                <Table.Td>{wait(m.was, m.was_wait_seconds)}</Table.Td>
                <Table.Td>{wait(m.would, m.would_wait_seconds)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </section>
  );
}
