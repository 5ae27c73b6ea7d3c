import { Alert, Button, Group, Modal, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { wordsOf } from '@/api/client';

export interface Removal {
  name: string;
  /** When it is possible at all. */
  text: string;
  send: () => Promise<unknown>;
  changes: readonly QueryKey[];
}

export function ConfirmRemove({ removal, opened, onClose, onRemoved }: { removal: Removal; opened: boolean; onClose: () => void; onRemoved: () => void }) {
  const { t } = useTranslation('admin');
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: removal.send,
    onSuccess: () => {
      for (const queryKey of removal.changes) void cache.invalidateQueries({ queryKey });
      notifications.show({ color: 'green', message: t('deleted', { name: removal.name }) });
      onRemoved();
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={t('confirm.title', { name: removal.name })} zIndex={400}>
      <Text mb="md">{removal.text}</Text>
      {remove.error ? <Alert color="red" role="alert" mb="md">{wordsOf(remove.error)}</Alert> : null}
      <Group justify="flex-end">
        <Button variant="default" data-autofocus onClick={onClose}>{t('cancel')}</Button>
        <Button color="red.9" loading={remove.isPending} onClick={() => remove.mutate()}>{t('confirm.go')}</Button>
      </Group>
    </Modal>
  );
}
