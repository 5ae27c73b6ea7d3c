import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { routingQuery } from '@/api/queries';
import { Before, ByRule, ChoiceFacts, chosen, Excluded, Waiting, WaitingFacts } from '@/ui/Why';
import classes from './board.module.css';
import type { Conversation } from './types';

/** Why somebody has this conversation, or why nobody has it yet: the router's own words, what comes next, and who cannot take it and why. */
export function Why({ conversation: c }: { conversation: Conversation }) {
  const { t } = useTranslation('board');
  const { data, error } = useQuery({ ...routingQuery(c.id), refetchInterval: 5000, staleTime: 1000 });
  if (error) return <p className={classes.why} role="alert">{t('why.failed')}</p>;
  if (!data) return <Skeleton h={44} mt={6} />;
  const current = data.waiting ? undefined : chosen(data, c.agent_id);
  return (
    <div className={classes.why}>
      <ByRule rule={data.rule} />
      {data.waiting && <><Waiting waiting={data.waiting} /><Excluded of={data.waiting} /><WaitingFacts waiting={data.waiting} /></>}
      {current && <><p dir="auto">{current.decision.words}</p><Excluded of={current.decision} then /><ChoiceFacts decision={current.decision} /></>}
      {!data.waiting && !current && <p>{t('why.none')}</p>}
      <Before offers={data.offers.filter((o) => o !== current)} />
    </div>
  );
}
