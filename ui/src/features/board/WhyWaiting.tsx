import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import classes from './board.module.css';
import type { Routing } from './types';

/** Why nobody has this conversation yet: the router's own words, and who cannot take it and why. */
export function WhyWaiting({ id }: { id: string }) {
  const { t, i18n } = useTranslation('board');
  const { data, error } = useQuery({
    queryKey: keys.routing(id),
    queryFn: () => call<Routing>(client.GET('/conversations/{id}/routing', { params: { path: { id } } })),
    refetchInterval: 5000,
    staleTime: 1000,
  });
  if (error) return <p className={classes.why} role="alert">{t('why.failed')}</p>;
  if (!data) return <Skeleton h={44} mt={6} />;
  const time = new Intl.DateTimeFormat(i18n.language, { hour: '2-digit', minute: '2-digit' });
  return (
    <div className={classes.why}>
      {data.waiting ? <Waiting waiting={data.waiting} /> : <p>{t('why.gone')}</p>}
      {data.offers.length > 0 ? (
        <>
          <h3>{t('why.offers')}</h3>
          <ul>
            {data.offers.slice(0, 5).map((o) => (
              <li key={o.id}>
                <time dateTime={o.made_at}>{time.format(new Date(o.made_at))}</time>{' '}
                <span dir="auto">{o.agent_name}</span>: {t(`why.offer.${o.state}`, o.state)}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  );
}

function Waiting({ waiting }: { waiting: NonNullable<Routing['waiting']> }) {
  const { t } = useTranslation('board');
  const excluded = Object.entries(waiting.excluded).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);
  return (
    <>
      <p>
        {t('why.place', { position: waiting.position, of: waiting.of })} {waiting.words}
      </p>
      {excluded.length > 0 ? (
        <>
          <h3>{t('why.excluded')}</h3>
          <ul>
            {excluded.map(([reason, n]) => (
              <li key={reason}>
                <b>{n}</b> {t(`why.reason.${reason}`, reason.replaceAll('_', ' '))}
                {waiting.examples[reason]?.length ? <span className={classes.soft}> ({waiting.examples[reason].join(', ')})</span> : null}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}
