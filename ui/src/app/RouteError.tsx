import { Button, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';

/** A page that could not be loaded or broke: after a new version, a reload brings the current one. */
export function RouteError() {
  const { t } = useTranslation('app');
  const error = useRouteError();
  return (
    <Stack align="center" justify="center" mih="60vh" p="xl" role="alert">
      <Title order={1}>{t('broke.title')}</Title>
      <Text c="dimmed" ta="center" maw={420}>{t('broke.text')}</Text>
      <Button onClick={() => window.location.reload()}>{t('broke.reload')}</Button>
      <Text size="xs" c="dimmed" ff="monospace">{error instanceof Error ? error.message : ''}</Text>
    </Stack>
  );
}
