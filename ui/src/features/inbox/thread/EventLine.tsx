import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { agentsQuery, queuesQuery } from '@/api/queries';
import type { EventItem } from '@/api/types';
import { dateTime, timeOfDay } from '@/ui/time';
import classes from './EventLine.module.css';
import { eventWords } from './eventWords';

const few = 3;

/** What happened between messages; a long run folds to its last steps. */
export function EventLines({ events }: { events: EventItem[] }) {
  const { t } = useTranslation('inbox');
  const [all, showAll] = useState(false);
  const { data: agents } = useQuery({ ...agentsQuery, select: (p) => new Map(p.items.map((a) => [a.id, a.name])) });
  const { data: queues } = useQuery({ ...queuesQuery, select: (p) => new Map(p.items.map((q) => [q.id, q.name])) });
  const hidden = all || events.length <= few ? 0 : events.length - few + 1;
  return (
    <div className={classes.lines}>
      {hidden > 0 && <UnstyledButton className={classes.more} onClick={() => showAll(true)}>{t('thread.more', { count: hidden })}</UnstyledButton>}
      {events.slice(hidden).map((e) => {
        const words = eventWords(e, { agents, queues });
        return (
          <div key={e.seq} className={classes.line} data-type={e.type}>
            <span dir="auto">{t(words.key, words.values)}</span>
            {words.note && <span className={classes.note} dir="auto">{t('event.because', { note: words.note })}</span>}
            <time dateTime={e.at} title={dateTime(e.at)}>{timeOfDay(e.at)}</time>
          </div>
        );
      })}
    </div>
  );
}
