import { IconAlertTriangle, IconCheck, IconChecks, IconClock, IconHelpTriangle, IconSend } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { MessageStatus } from '@/api/types';
import classes from './StatusMark.module.css';

const icons = {
  received: IconCheck, queued: IconClock, sending: IconSend, sent: IconCheck, delivered: IconChecks, read: IconChecks, failed: IconAlertTriangle, unknown: IconHelpTriangle,
};

/** How far a message got: a sign and a word, never colour alone. */
export function StatusMark({ status }: { status: MessageStatus }) {
  const { t } = useTranslation('inbox');
  const Icon = icons[status] ?? IconClock;
  return (
    <span className={classes.mark} data-status={status} data-testid="status">
      <Icon size={13} stroke={2} aria-hidden /> {t(`status.${status}`)}
    </span>
  );
}
