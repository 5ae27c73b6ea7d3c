import { useNavigate } from 'react-router';
import { ContactsPage } from '@/features/contacts';
import { CustomerPanel } from '@/features/customer';

export function ContactsRoute() {
  const navigate = useNavigate();
  return <ContactsPage detail={(id) => <CustomerPanel key={id} contactId={id} onOpen={(c) => void navigate(`/inbox/all/${c}`)} />} />;
}
