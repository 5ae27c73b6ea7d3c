import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { wordsOf } from '@/api/client';
import { useMe } from '@/api/session';
import { ChannelIcon, channelName } from '@/ui/channels';
import { Delayed } from '@/ui/Delayed';
import { ErrorNote } from '@/ui/ErrorNote';
import { dateOf } from '@/ui/time';
import { StateMark } from '../list/ConversationRow';
import classes from './BesidePane.module.css';
import { Messages } from './Messages';
import { ThreadSkeleton } from './ThreadSkeleton';
import { useThread } from './useThread';

/** A second conversation to read while answering the first. Nothing can be written in it. */
export function BesidePane({ id, onClose, onOpen }: { id: string; onClose: () => void; onOpen: () => void }) {
  const { t } = useTranslation('inbox');
  const me = useMe();
  const data = useThread(id, null, 0);
  const c = data.detail;
  return (
    <section className={classes.pane} aria-label={t('thread.beside')} data-pane data-testid="beside">
      <header className={classes.head}>
        <div className={classes.title}>
          <h2>{t('thread.beside')}</h2>
          {c && (
            <span className={classes.meta}>
              <ChannelIcon channel={c.channel} labelled={false} /> {channelName[c.channel]} · {dateOf(c.created_at)} <StateMark state={c.state} />
            </span>
          )}
        </div>
        <Button size="compact-sm" variant="default" onClick={onOpen}>{t('thread.openBeside')}</Button>
        <ActionIcon onClick={onClose} aria-label={t('thread.closeBeside')}><IconX size={17} /></ActionIcon>
      </header>
      {data.error || data.detailError ? (
        <ErrorNote words={wordsOf(data.error ?? data.detailError)} onRetry={data.refetch} />
      ) : data.pending || !c ? (
        <Delayed><ThreadSkeleton /></Delayed>
      ) : (
        <Messages rows={data.rows} customer={c.contact.name} me={me.agent.id} label={t('thread.beside')} hasOlder={data.hasOlder} loadingOlder={data.loadingOlder} onOlder={data.loadOlder} outbox={null} />
      )}
    </section>
  );
}
