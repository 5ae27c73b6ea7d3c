import { CustomerPanel } from '@/features/customer';
import { InboxPage } from '@/features/inbox';
import { PresenceButton, PresenceReason } from '../PresenceMenu';
import { usePresence } from '../usePresence';

/** The agent's desk, put together of inbox and customer. */
export function InboxRoute() {
  const { mutate } = usePresence();
  return (
    <InboxPage
      header={<PresenceButton />}
      notice={<PresenceReason />}
      onAvailable={() => mutate({ presence: 'available' })}
      panel={(c, onBeside) => <CustomerPanel contactId={c.contactId} conversationId={c.id} onOpen={onBeside} />}
    />
  );
}
