import { UnstyledButton } from '@mantine/core';
import { IconStarFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isOpen } from '@/api/reducers';
import type { ContactDetail, Conversation, Rating } from '@/api/types';
import { ChannelIcon, channelName } from '@/ui/channels';
import { brief, dateOf } from '@/ui/time';
import classes from './CustomerPanel.module.css';
import { Section } from './Section';

const few = 3;

interface Props {
  contact: ContactDetail;
  current?: string;
  onOpen: (id: string) => void;
}

/** The customer's other conversations: those open now, and the last three with how they were rated. */
export function Conversations({ contact, current, onOpen }: Props) {
  const { t } = useTranslation('customer');
  const [all, showAll] = useState(false);
  const others = contact.conversations.filter((c) => c.id !== current);
  const open = others.filter((c) => isOpen(c.state));
  const earlier = others.filter((c) => !isOpen(c.state));
  const shown = all ? earlier : earlier.slice(0, few);
  return (
    <>
      {open.length > 0 && (
        <Section title={t(current ? 'open.title' : 'open.now')}>
          <ul className={classes.list}>{open.map((c) => <Item key={c.id} conversation={c} onOpen={onOpen} live />)}</ul>
        </Section>
      )}
      <Section title={t('earlier.title')}>
        {earlier.length === 0 && <p className={classes.soft}>{t('earlier.none')}</p>}
        <ul className={classes.list}>{shown.map((c) => <Item key={c.id} conversation={c} rating={contact.ratings?.[c.id]} onOpen={onOpen} />)}</ul>
        {earlier.length > shown.length && <UnstyledButton className={classes.more} onClick={() => showAll(true)}>{t('earlier.more', { count: earlier.length })}</UnstyledButton>}
      </Section>
    </>
  );
}

function Item({ conversation: c, rating, onOpen, live = false }: { conversation: Conversation; rating?: Rating; onOpen: (id: string) => void; live?: boolean }) {
  const { t } = useTranslation('customer');
  return (
    <li>
      <UnstyledButton className={classes.item} onClick={() => onOpen(c.id)} aria-label={t('earlier.read', { channel: channelName[c.channel], date: dateOf(c.created_at) })}>
        <span className={classes.itemTop}>
          <ChannelIcon channel={c.channel} labelled={false} />
          <span>{live ? t(`ui:state.${c.state}`) : c.queue}</span>
          {live && c.agent && <span className={classes.soft}>{c.agent}</span>}
          {rating && rating.score > 0 && (
            <span className={classes.stars} role="img" aria-label={t('earlier.rated', { score: rating.score })} title={rating.comment || undefined}>
              <IconStarFilled size={12} aria-hidden /> {rating.score}
            </span>
          )}
          <span className={classes.when}>{brief(c.last_message.at || c.created_at)}</span>
        </span>
        <span className={classes.snippet} dir="auto">{c.last_message.text}</span>
      </UnstyledButton>
    </li>
  );
}
