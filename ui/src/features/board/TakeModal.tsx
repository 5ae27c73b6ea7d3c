import { Button, Group, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useBoardActions } from './actions';
import type { Conversation } from './types';

/** Asks before a conversation is pulled away from whoever is in it. */
export function TakeModal({ conversation, onClose }: { conversation: Conversation | null; onClose: () => void }) {
  const { t } = useTranslation('board');
  const { take } = useBoardActions();
  const name = conversation?.contact.name || t('row.unknown');
  return (
    <Modal opened={conversation !== null} onClose={onClose} title={<bdi>{t('take.title', { name })}</bdi>}>
      {conversation ? (
        <>
          <p dir="auto">{t('take.text', { agent: conversation.agent })}</p>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{t('assign.cancel')}</Button>
            <Button data-autofocus loading={take.isPending} onClick={() => take.mutate(conversation.id, { onSettled: onClose })}>{t('row.take')}</Button>
          </Group>
        </>
      ) : null}
    </Modal>
  );
}
