import { Button } from '@mantine/core';
import { IconCloudOff, IconDatabaseOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { health } from '@/api/client';
import { useSocket } from '@/api/live';
import { useStore } from '@/api/store';
import { useNow } from '@/ui/time';
import classes from './LinkBanner.module.css';

const patience = 2000;

/** Says that the socket is away once it has been for two seconds, or that a part of the server is. */
export function LinkBanner() {
  const { t } = useTranslation('app');
  const socket = useSocket();
  const since = useStore(socket.downSince);
  useNow(1); // looks again each second
  const down = useStore(health);
  const away = since > 0 && Date.now() - since >= patience;
  if (!away && !down.down) return <div className={classes.none} role="status" />;
  return (
    <div className={classes.banner} role="status" data-testid="link-banner">
      {away ? <IconCloudOff size={16} aria-hidden /> : <IconDatabaseOff size={16} aria-hidden />}
      <span>{away ? t('link.offline') : t('link.down')}{!away && down.detail ? ` (${down.detail})` : ''}</span>
      {away && <Button size="compact-xs" variant="default" onClick={() => socket.retryNow()}>{t('link.retry')}</Button>}
    </div>
  );
}
