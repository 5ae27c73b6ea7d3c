import { Button } from '@mantine/core';
import { IconBan, IconClockOff, IconLock, IconPlugConnectedX, IconUserShield } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ConversationDetail } from '@/api/types';
import { channelName } from '@/ui/channels';
import { span } from '@/ui/time';
import classes from './Closed.module.css';
import type { Sending } from './window';

type Why = Extract<Sending, { open: false }>;

interface Props {
  conversation: ConversationDetail;
  may: Why;
  onNote: () => void;
  onTake?: () => void;
  onReopen?: () => void;
}

const icons = { window: IconClockOff, optedOut: IconBan, broken: IconPlugConnectedX, notYours: IconUserShield, closed: IconLock };

/** Why nothing can be sent, and what can be done instead. */
export function Closed({ conversation: c, may, onNote, onTake, onReopen }: Props) {
  const { t } = useTranslation('inbox');
  const Icon = icons[may.why];
  const values = { channel: channelName[c.channel], name: c.contact.name, detail: may.detail ?? '', agent: c.agent };
  const owned = may.why === 'notYours' && c.agent !== '';
  return (
    <div className={classes.closed} data-testid="closed" data-why={may.why}>
      <Icon size={20} stroke={1.6} aria-hidden />
      <div className={classes.words}>
        <strong dir="auto">{t(`compose.closed.${may.why}.title`, values)}</strong>
        <p>
          {owned ? t('compose.closed.notYours.owner', values) : t(`compose.closed.${may.why}.text`, values)}
          {may.why === 'window' && may.since !== undefined && ` ${t('compose.closed.window.ago', { time: span(may.since) })}`}
          {may.why === 'broken' && ` ${t('compose.closed.broken.ask')}`}
        </p>
      </div>
      <div className={classes.actions}>
        {may.why === 'notYours' && onTake && <Button size="compact-md" onClick={onTake}>{t('act.take')}</Button>}
        {may.why === 'closed' && onReopen && <Button size="compact-md" onClick={onReopen}>{t('act.reopen')}</Button>}
        <Button size="compact-md" variant="default" onClick={onNote}>{t('compose.closed.writeNote')}</Button>
      </div>
    </div>
  );
}
