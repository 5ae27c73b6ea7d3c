import { Button } from '@mantine/core';
import { IconCoffee, IconInbox, IconSearchOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/session';
import { EmptyState } from '@/ui/EmptyState';
import type { View } from './order';

export function EmptyList({ view, searching, onAvailable }: { view: View; searching: boolean; onAvailable: () => void }) {
  const { t } = useTranslation('inbox');
  const { agent } = useMe();
  if (searching) return <EmptyState icon={<IconSearchOff size={26} stroke={1.5} />} title={t('empty.search.title')} text={t('empty.search.text')} />;
  const away = view === 'mine' && agent.presence !== 'available';
  return (
    <EmptyState
      icon={view === 'mine' ? <IconCoffee size={28} stroke={1.5} /> : <IconInbox size={28} stroke={1.5} />}
      title={t(`empty.${view}.title`)}
      text={away ? t('empty.mine.away', { presence: t(`ui:presence.${agent.presence}`).toLowerCase() }) : t(`empty.${view}.text`)}
      action={away ? <Button variant="light" mt="xs" onClick={onAvailable}>{t('empty.mine.go')}</Button> : undefined}
    />
  );
}
