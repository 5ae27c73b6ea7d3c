import { Drawer, Skeleton, Table } from '@mantine/core';
import '@mantine/core/styles/Table.layer.css';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Channel } from '@/api/types';
import { wordsOf } from '@/api/client';
import { ChannelIcon } from '@/ui/channels';
import { Delayed } from '@/ui/Delayed';
import { ErrorNote } from '@/ui/ErrorNote';
import { durationText } from './format';
import type { Facts } from './measures';
import classes from './reports.module.css';
import type { FactItem } from './types';
import { MOST, useFacts, type scopeOf } from './useReport';

export interface Drill {
  title: string;
  facts: Facts;
  scope: ReturnType<typeof scopeOf>;
}

/** The measurements behind a figure, each with its conversation. */
export function FactsDrawer({ drill, zone, onClose }: { drill: Drill | null; zone: string; onClose: () => void }) {
  const phone = useMediaQuery('(max-width: 48em)');
  return (
    <Drawer opened={drill !== null} onClose={onClose} position="right" size={phone ? '100%' : 720}
      title={<span className={classes.drawerTitle}>{drill?.title}</span>}>
      {drill ? <List drill={drill} zone={zone} /> : null}
    </Drawer>
  );
}

/** Times in the zone of the report; in the reader's own where the browser does not know it. */
function timeFormat(language: string, zone: string): Intl.DateTimeFormat {
  const form: Intl.DateTimeFormatOptions = { dateStyle: 'short', timeStyle: 'medium' };
  try {
    return new Intl.DateTimeFormat(language, { ...form, ...(zone ? { timeZone: zone } : {}) });
  } catch {
    return new Intl.DateTimeFormat(language, form);
  }
}

function List({ drill, zone }: { drill: Drill; zone: string }) {
  const { t, i18n } = useTranslation('reports');
  const { data, error, refetch } = useFacts(drill.facts, drill.scope);
  if (!data) {
    if (error) return <ErrorNote words={wordsOf(error)} onRetry={() => void refetch()} />;
    return <Delayed><Skeleton h={32} mb={8} /><Skeleton h={32} mb={8} /><Skeleton h={32} /></Delayed>;
  }
  if (data.items.length === 0) return <p className={classes.soft}>{t('facts.none')}</p>;
  const time = timeFormat(i18n.language, zone);
  return (
    <>
      <p className={classes.soft}>{data.more ? t('facts.more', { count: MOST }) : t('facts.count', { count: data.items.length })}</p>
      <Table.ScrollContainer minWidth={560}>
        <Table horizontalSpacing="md" verticalSpacing={6} className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('facts.at')}</Table.Th>
              <Table.Th scope="col">{t('facts.customer')}</Table.Th>
              <Table.Th scope="col" className={classes.num}>{t(drill.facts.metric === 'csat_score' ? 'facts.score' : 'facts.value')}</Table.Th>
              <Table.Th scope="col">{t('facts.queue')}</Table.Th>
              <Table.Th scope="col">{t('facts.agent')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((x) => (
              <Table.Tr key={x.id}>
                <Table.Td className={classes.num}><time dateTime={x.ended_at}>{time.format(new Date(x.ended_at))}</time></Table.Td>
                <Table.Td>
                  <Link to={`/inbox/all/${x.conversation_id}`} className={classes.factLink} dir="auto">
                    <ChannelIcon channel={x.channel as Channel} /> {x.contact_name || t('facts.unknown')}
                  </Link>
                </Table.Td>
                <Table.Td className={classes.num}><Value fact={x} /></Table.Td>
                <Table.Td dir="auto">{x.queue_name}</Table.Td>
                <Table.Td dir="auto">{x.agent_name}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

// Counts have no duration of their own; the others say it twice where the queue has hours.
const plain = new Set(['csat_sent', 'resolved', 'reopened', 'transfer', 'decline', 'missed_offer', 'conversation_started']);

function Value({ fact: x }: { fact: FactItem }) {
  const { t, i18n } = useTranslation('reports');
  if (x.metric === 'csat_score') {
    return (
      <>
        {t('scores.score', { score: x.value ?? 0 })}
        {x.comment ? <q className={classes.comment} dir="auto">{x.comment}</q> : null}
      </>
    );
  }
  if (plain.has(x.metric)) return <span className={classes.soft}>{t('none')}</span>;
  const lang = i18n.language;
  const differs = Math.abs(x.business_seconds - x.seconds) >= 1;
  return (
    <>
      {durationText(x.seconds, lang)}
      {x.metric === 'wait_answered' ? <span className={classes.tag}>{t(x.within_target ? 'facts.within' : 'facts.late')}</span> : null}
      {x.metric === 'expected_wait' ? <span className={classes.tag}>{t(x.within_target ? 'facts.asTold' : x.short ? 'facts.sooner' : 'facts.longer')}</span> : null}
      {x.short && x.metric !== 'expected_wait' ? <span className={classes.tag}>{t('facts.short')}</span> : null}
      {differs ? <span className={classes.tag}>{`${t('facts.business')} ${durationText(x.business_seconds, lang)}`}</span> : null}
    </>
  );
}
