import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsOf } from '@/api/client';
import { applyConversation } from '@/api/events';
import { useMe } from '@/api/session';
import type { Conversation } from '@/api/types';
import { perform, type Act } from './actions/useActions';
import { SnoozeModal } from './actions/dialogs';
import classes from './Bulk.module.css';

interface Props {
  chosen: Conversation[];
  onDone: () => void;
}

/** What can be done with several at once. Each is tried; those that failed are named. */
export function Bulk({ chosen, onDone }: Props) {
  const { t } = useTranslation('inbox');
  const cache = useQueryClient();
  const me = useMe();
  const [busy, setBusy] = useState(false);
  const [snoozing, setSnoozing] = useState(false);
  if (chosen.length === 0) return null;

  async function all(act: Act) {
    setBusy(true);
    const results = await Promise.allSettled(chosen.map((c) => perform(c.id, act)));
    const failed: string[] = [];
    results.forEach((r, i) => {
      if (r.status === 'fulfilled') applyConversation(r.value, { cache, me });
      else failed.push(t('act.failedFor', { name: chosen[i]?.contact.name ?? '', why: wordsOf(r.reason) }));
    });
    setBusy(false);
    if (failed.length > 0) notifications.show({ color: 'red', title: t('act.failed'), message: failed.join('\n'), autoClose: 12_000 });
    onDone();
  }
  return (
    <div className={classes.bar} data-testid="bulk">
      <span>{t('list.selected', { count: chosen.length })}</span>
      <Button size="compact-sm" variant="default" disabled={busy} onClick={() => setSnoozing(true)}>{t('act.snooze')}</Button>
      <Button size="compact-sm" disabled={busy} onClick={() => void all({ do: 'resolve' })}>{t('act.resolve')}</Button>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={onDone}>{t('list.deselect')}</Button>
      {snoozing && <Suspense fallback={null}><SnoozeModal onClose={() => setSnoozing(false)} onSnooze={(until) => { setSnoozing(false); void all({ do: 'snooze', until }); }} /></Suspense>}
    </div>
  );
}
