import { CustomerPanel } from '@/features/customer';
import { InboxPage } from '@/features/inbox';
import { PresenceBar } from '../PresenceMenu';
import { usePresence } from '../usePresence';

/** The agent's desk, put together of inbox and customer. */
export function InboxRoute() {
  const { mutate } = usePresence();
  return (
    <InboxPage
      header={<PresenceBar />}
      onAvailable={() => mutate({ presence: 'available' })}
      panel={(c, onBeside) => <CustomerPanel contactId={c.contactId} conversationId={c.id} onOpen={onBeside} />}
    />
  );
}
