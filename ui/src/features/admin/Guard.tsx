import { Button, Group, Modal, Text } from '@mantine/core';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlocker } from 'react-router';

/**
 * Asks before changes are lost: on the way to another page, and when the tab is
 * closed. `release` lets the next step pass, after saving.
 */
export function useGuard(dirty: boolean) {
  const released = useRef(false);
  const release = useCallback(() => {
    released.current = true;
  }, []);
  const blocker = useBlocker(
    ({ currentLocation: now, nextLocation: next }) =>
      dirty && !released.current && (now.pathname !== next.pathname || now.search !== next.search),
  );
  useEffect(() => {
    if (!dirty) return;
    const ask = (e: BeforeUnloadEvent) => {
      if (!released.current) e.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);
  return { blocker, release };
}

export function GuardModal({ blocker }: { blocker: ReturnType<typeof useBlocker> }) {
  const { t } = useTranslation('admin');
  const stay = () => blocker.reset?.();
  return (
    <Modal opened={blocker.state === 'blocked'} onClose={stay} title={t('guard.title')} zIndex={400}>
      <Text mb="lg">{t('guard.text')}</Text>
      <Group justify="flex-end">
        <Button variant="default" data-autofocus onClick={stay}>{t('guard.stay')}</Button>
        <Button color="red.9" onClick={() => blocker.proceed?.()}>{t('guard.leave')}</Button>
      </Group>
    </Modal>
  );
}
