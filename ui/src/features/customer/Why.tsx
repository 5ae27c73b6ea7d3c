import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChevronDown, IconWorldWww } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { conversationQuery, routingQuery } from '@/api/queries';
import { useMe } from '@/api/session';
import type { Routing } from '@/api/types';
import { Before, ByRule, ChoiceFacts, chosen, Excluded, Waiting, WaitingFacts } from '@/ui/Why';
import classes from './CustomerPanel.module.css';
import { Section } from './Section';

/** Why it came to whoever has it, or why it still waits; and the page it began on. */
export function Why({ conversationId }: { conversationId: string }) {
  const { data: c } = useQuery(conversationQuery(conversationId));
  // In line time itself changes the answer; who else comes and goes is told to nobody but the board.
  const { data: routing } = useQuery({ ...routingQuery(conversationId), refetchInterval: (q) => (q.state.data?.waiting ? 10_000 : false) });
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
  const waiting = routing.waiting;
  const current = waiting ? undefined : chosen(routing, agentId);
  if (!waiting && !current && !routing.rule) return null;
  const title = waiting ? t('why.waiting') : !current ? t('why.routed') : agentId === me.agent.id ? t('why.title') : t('why.titleOther', { agent });
  return (
    <Section title={title} side={waiting && <span className={classes.soft}>{t('why.place', { position: waiting.position, of: waiting.of })}</span>}>
      <ByRule rule={routing.rule} />
      {waiting && <Waiting waiting={waiting} />}
      {current && <p className={classes.words} dir="auto">{current.decision.words}</p>}
      {(waiting || current) && (
        <UnstyledButton className={classes.more} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t('why.hide') : t('why.details')} <IconChevronDown size={13} style={{ rotate: open ? '180deg' : undefined }} aria-hidden />
        </UnstyledButton>
      )}
      {open && waiting && <><Excluded of={waiting} /><WaitingFacts waiting={waiting} /></>}
      {open && current && <><Excluded of={current.decision} then /><ChoiceFacts decision={current.decision} /></>}
      {open && <Before offers={routing.offers.filter((o) => o !== current)} />}
    </Section>
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
