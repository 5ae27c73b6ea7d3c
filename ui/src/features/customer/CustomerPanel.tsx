import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Problem, wordsOf } from '@/api/client';
import { contactQuery } from '@/api/queries';
import { useCan } from '@/api/session';
import { Delayed } from '@/ui/Delayed';
import { ErrorNote } from '@/ui/ErrorNote';
import { Account, Orders } from './Account';
import { Conversations } from './Conversations';
import classes from './CustomerPanel.module.css';
import { Fields } from './Fields';
import { IdentityBlock } from './Identity';
import { Notes } from './Notes';
import { Why } from './Why';

interface Props {
  contactId: string;
  /** The conversation it stands beside, if any. */
  conversationId?: string;
  /** Opens one of the customer's other conversations. */
  onOpen: (conversationId: string) => void;
}

/** Who the customer is, in the order an agent asks. */
export function CustomerPanel({ contactId, conversationId, onOpen }: Props) {
  const { t } = useTranslation('customer');
  const { data: contact, error, refetch } = useQuery(contactQuery(contactId));
  const may = useCan('contact:edit');
  if (!contact) {
    if (error) return <ErrorNote words={error instanceof Problem && error.status === 404 ? t('missing') : wordsOf(error)} onRetry={() => void refetch()} />;
    return <Delayed><PanelSkeleton /></Delayed>;
  }
  return (
    <div className={classes.panel} key={contact.id} data-testid="customer">
      <IdentityBlock contact={contact} may={may} />
      {conversationId && <Why conversationId={conversationId} />}
      <Conversations contact={contact} current={conversationId} onOpen={onOpen} />
      <Account contact={contact} may={may} />
      <Orders contact={contact} />
      <Notes contact={contact} may={may} />
      <Fields contact={contact} may={may} />
    </div>
  );
}

function PanelSkeleton() {
  return (
    <div className={classes.panel} aria-hidden>
      <section className={classes.identity}>
        <div className={classes.top}>
          <Skeleton circle height={44} width={44} />
          <div style={{ flex: 1 }}><Skeleton height={12} width="60%" /><Skeleton height={9} width="40%" mt={8} /></div>
        </div>
        <Skeleton height={10} mt={16} width="70%" /><Skeleton height={10} mt={10} width="55%" />
      </section>
      <section className={classes.section}><Skeleton height={10} width="35%" /><Skeleton height={30} mt={10} /></section>
      <section className={classes.section}><Skeleton height={10} width="30%" /><Skeleton height={46} mt={10} /><Skeleton height={46} mt={6} /></section>
    </div>
  );
}
