import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChevronDown, IconWorldWww } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { conversationQuery, routingQuery } from '@/api/queries';
import { useMe } from '@/api/session';
import type { Decision, Routing } from '@/api/types';
import { span } from '@/ui/time';
import classes from './CustomerPanel.module.css';
import { Section } from './Section';

/** Why it came to whoever has it, or why it still waits; and the page it began on. */
export function Why({ conversationId }: { conversationId: string }) {
  const { data: c } = useQuery(conversationQuery(conversationId));
  const { data: routing } = useQuery(routingQuery(conversationId));
  const context = c?.context;
  return (
    <>
      {routing && c && <Reason routing={routing} agentId={c.agent_id} agent={c.agent} />}
      {context?.page && <CurrentPage page={context.page} title={context.title} referrer={context.referrer} />}
    </>
  );
}

function Reason({ routing, agentId, agent }: { routing: Routing; agentId: string; agent: string }) {
  const { t } = useTranslation('customer');
  const me = useMe();
  const [open, setOpen] = useState(false);
  const current = routing.offers[0];
  const waiting = routing.waiting;
  const title = waiting ? t('why.waiting') : agentId === me.agent.id || !agentId ? t('why.title') : t('why.titleOther', { agent });
  const rule = routing.rule;
  if (!waiting && !current && !rule) return null;
  const words = waiting ? waiting.words : current?.decision.words;
  return (
    <Section title={title} side={waiting && <span className={classes.soft}>{t('why.place', { position: waiting.position, of: waiting.of })}</span>}>
      {rule && <p className={classes.words} dir="auto">{t('why.byRule', { rule: rule.name, queue: rule.queue })}</p>}
      {(waiting || current) && <p className={classes.words}>{words || t('why.none')}</p>}
      {(waiting || current) && <UnstyledButton className={classes.more} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? t('why.hide') : t('why.details')} <IconChevronDown size={13} style={{ rotate: open ? '180deg' : undefined }} aria-hidden />
      </UnstyledButton>}
      {open && (
        <>
          {!waiting && current && <Facts decision={current.decision} />}
          <Excluded counts={waiting?.excluded ?? current?.decision.excluded ?? {}} examples={waiting?.examples ?? current?.decision.examples ?? {}} />
          <History routing={routing} />
        </>
      )}
    </Section>
  );
}

function Facts({ decision: d }: { decision: Decision }) {
  const { t } = useTranslation('customer');
  return (
    <dl className={classes.facts}>
      <div><dt>{t('why.waited')}</dt><dd>{span(d.waited_seconds)}</dd></div>
      <div><dt>{t('why.rule')}</dt><dd>{t(`why.rules.${d.rule}`, { defaultValue: d.rule })}</dd></div>
      <div><dt>{t('why.eligible')}</dt><dd>{t('why.eligibleCount', { count: d.eligible })}</dd></div>
    </dl>
  );
}

function Excluded({ counts, examples }: { counts: Record<string, number>; examples: Record<string, string[]> }) {
  const { t } = useTranslation('customer');
  const entries = Object.entries(counts).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);
  if (entries.length === 0) return <p className={classes.soft}>{t('why.nobodyElse')}</p>;
  return (
    <>
      <h4 className={classes.mini}>{t('why.excluded')}</h4>
      <ul className={classes.excluded}>
        {entries.map(([reason, n]) => {
          const names = examples[reason] ?? [];
          const list = names.length > 0 && n > names.length ? t('why.examples', { names: names.join(', ') }) : names.join(', ');
          return (
            <li key={reason}>
              <b>{n}</b> {t(`why.reason.${reason}`, { defaultValue: reason })}
              {list && <span className={classes.soft}> · {list}</span>}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function History({ routing }: { routing: Routing }) {
  const { t } = useTranslation('customer');
  const before = routing.waiting ? routing.offers : routing.offers.slice(1);
  if (before.length === 0) return null;
  return (
    <>
      <h4 className={classes.mini}>{t('why.history')}</h4>
      <ul className={classes.excluded}>
        {before.map((o) => <li key={o.id}>{o.agent_name} · {t(`why.state.${o.state}`, { defaultValue: o.state })}</li>)}
      </ul>
    </>
  );
}

function CurrentPage({ page, title, referrer }: { page: string; title?: string; referrer?: string }) {
  const { t } = useTranslation('customer');
  const link = /^https?:\/\//i.test(page) ? page : undefined;
  return (
    <Section title={t('page.title')}>
      <div className={classes.page}>
        <IconWorldWww size={16} stroke={1.6} aria-hidden />
        <span>
          {title && <span dir="auto">{title}<br /></span>}
          {link ? <a href={link} target="_blank" rel="noreferrer noopener">{page.replace(/^https?:\/\//i, '')}</a> : page}
          {referrer && <span className={classes.soft}><br />{t('page.from', { from: referrer.replace(/^https?:\/\//i, '') })}</span>}
        </span>
      </div>
    </Section>
  );
}
