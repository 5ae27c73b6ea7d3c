import { Button, Modal, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { dateTime } from '@/ui/time';
import classes from './modals.module.css';
import { localInput, snoozeTimes } from './snoozeTimes';

export function SnoozeModal({ onClose, onSnooze }: { onClose: () => void; onSnooze: (until: string) => void }) {
  const { t } = useTranslation('inbox');
  const [now] = useState(() => new Date());
  const [custom, setCustom] = useState(() => localInput(new Date(now.getTime() + 2 * 3_600_000)));
  const chosen = new Date(custom);
  const past = !(chosen.getTime() > now.getTime());
  function submit(e: FormEvent) {
    e.preventDefault();
    if (!past) onSnooze(chosen.toISOString());
  }
  return (
    <Modal opened onClose={onClose} title={t('snooze.title')} size="sm">
      <Text c="dimmed" size="sm" mb="sm">{t('snooze.note')}</Text>
      <div className={classes.list}>
        {snoozeTimes(now).map((c, i) => (
          <UnstyledButton key={c.word} className={classes.choice} onClick={() => onSnooze(c.until.toISOString())} data-autofocus={i === 0 || undefined}>
            <span>{t(`snooze.${c.word}`)}</span>
            <span className={classes.side}>{dateTime(c.until.getTime())}</span>
          </UnstyledButton>
        ))}
      </div>
      <form onSubmit={submit}>
        <Stack gap="xs" mt="md">
          <TextInput type="datetime-local" label={t('snooze.until')} value={custom} min={localInput(now)} onChange={(e) => setCustom(e.currentTarget.value)} error={past ? t('snooze.past') : undefined} />
          <Button type="submit" variant="default" disabled={past}>{t('snooze.submit')}</Button>
        </Stack>
      </form>
    </Modal>
  );
}
