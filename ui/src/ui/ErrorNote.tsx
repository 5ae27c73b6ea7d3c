import { Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** What happened, and the way to try again. */
export function ErrorNote({ words, onRetry, page = false }: { words: string; onRetry?: () => void; page?: boolean }) {
  const { t } = useTranslation('ui');
  return (
    <Stack align="center" justify="center" gap="xs" p="xl" mih={page ? '60vh' : undefined} role="alert">
      <IconAlertTriangle size={22} color="var(--p-bad)" aria-hidden />
      <Text ta="center" maw={380}>{words}</Text>
      {onRetry && <Button variant="default" onClick={onRetry}>{t('again')}</Button>}
    </Stack>
  );
}
