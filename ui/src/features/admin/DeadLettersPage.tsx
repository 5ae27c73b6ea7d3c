import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconCircleCheck, IconRefresh } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, client, wordsOf } from '@/api/client';
import { keys } from '@/api/keys';
import { EmptyState } from '@/ui/EmptyState';
import { dateTime } from '@/ui/time';
import classes from './admin.module.css';
import { ListPage } from './ListPage';
import { pretty } from './pretty';
import { useDeadLetters } from './queries';
import type { DeadLetter } from './types';
import { Tag } from './Tag';

/** What came in and could not be processed: look at it, and try again. */
export function DeadLettersPage() {
  const { t } = useTranslation('admin');
  const cache = useQueryClient();
  const letters = useDeadLetters();
  const items = letters.data?.pages.flatMap((p) => p.items) ?? [];
  const retry = useMutation({
    mutationFn: async (ids: readonly string[]) => {
      let failed = 0;
      let first: unknown;
      for (const id of ids) {
        try {
          await call(client.POST('/dead-letters/{id}/retry', { params: { path: { id } } }));
        } catch (error) {
          failed++;
          first ??= error;
        }
      }
      if (failed > 0) throw ids.length === 1 ? first : new Error(`${t('dead.some', { failed, count: ids.length })} ${wordsOf(first)}`);
    },
    onSuccess: () => notifications.show({ color: 'green', message: t('dead.retried') }),
    onError: (error) => notifications.show({ color: 'red', message: wordsOf(error), autoClose: 8000 }),
    onSettled: () => {
      void cache.invalidateQueries({ queryKey: keys.deadLetters });
      void cache.invalidateQueries({ queryKey: keys.board });
    },
  });
  return (
    <ListPage title={t('nav.dead')} query={letters}
      tools={
        items.length > 1 ? (
          <Button variant="default" leftSection={<IconRefresh size={16} aria-hidden />} loading={retry.isPending} onClick={() => retry.mutate(items.map((x) => x.id))}>
            {t('dead.retryAll', { count: items.length })}
          </Button>
        ) : null
      }>
      {items.length === 0 ? (
        <EmptyState icon={<IconCircleCheck size={28} />} title={t('dead.empty.title')} text={t('dead.empty.text')} />
      ) : (
        <>
          <p className={classes.emptyNote}>{t('dead.intro')}</p>
          <ul className={classes.letters}>
            {items.map((x) => <Letter key={x.id} letter={x} busy={retry.isPending} onRetry={() => retry.mutate([x.id])} />)}
          </ul>
          {letters.hasNextPage ? (
            <Button variant="default" m="md" loading={letters.isFetchingNextPage} onClick={() => void letters.fetchNextPage()}>{t('dead.more')}</Button>
          ) : null}
        </>
      )}
    </ListPage>
  );
}

function Letter({ letter: x, busy, onRetry }: { letter: DeadLetter; busy: boolean; onRetry: () => void }) {
  const { t } = useTranslation('admin');
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <li className={classes.letter}>
      <div className={classes.letterHead}>
        <b dir="auto">{x.inbox}</b>
        <time dateTime={x.at} className={classes.soft}>{dateTime(x.at)}</time>
        <Tag kind="off">{t('dead.attempts', { count: x.attempts })}</Tag>
        <Button size="xs" variant="default" ms="auto" disabled={busy} leftSection={<IconRefresh size={15} aria-hidden />} onClick={onRetry}>{t('dead.retry')}</Button>
      </div>
      <p className={classes.letterError}>{x.error}</p>
      <Button size="compact-xs" variant="subtle" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>{t(open ? 'dead.hide' : 'dead.show')}</Button>
      <div id={id}>{open ? <pre className={classes.raw} tabIndex={0}>{pretty(x.raw)}</pre> : null}</div>
    </li>
  );
}
