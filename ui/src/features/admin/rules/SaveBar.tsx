import { Alert, Button, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem, wordsOf } from '@/api/client';
import { faultsByRule, unfinished } from './drafts';
import classes from './rules.module.css';
import type { Draft } from './types';
import type { useDrafts } from './useDrafts';

interface Props {
  drafts: ReturnType<typeof useDrafts>;
  list: Draft[];
  wrong: number;
  checking: boolean;
  onShow: () => void;
}

/** What is not saved stays in sight, with the way to save it. */
export function SaveBar({ drafts, list, wrong, checking, onShow }: Props) {
  const { t } = useTranslation('rules');
  const [note, setNote] = useState('');
  const { save } = drafts;
  const nameless = list.some((d) => d.name.trim() === '');
  const conflict = save.error instanceof Problem && save.error.status === 409;
  // What stands at its field in the editor is not said again by its path.
  const faults = save.error instanceof Problem ? save.error.fields : [];
  const placed = faults.length > 0 && faults.every((f) => faultsByRule([f], list).size > 0);
  const words = wrong > 0 ? t('save.wrong', { count: wrong }) : nameless ? t('save.names') : list.some(unfinished) ? t('save.unfinished') : '';
  return (
    <div className={classes.saveBar} data-testid="save-bar">
      {save.error && !conflict ? <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden />} title={t('save.failed')}>{placed ? t('save.marked') : wordsOf(save.error)}</Alert> : null}
      <div className={classes.saveRow}>
        <span role="status" className={classes.saveWords} data-wrong={words ? true : undefined}>{words || t('save.changed')}</span>
        {words ? <Button size="compact-sm" variant="default" onClick={onShow}>{t('save.show')}</Button> : null}
        <TextInput className={classes.note} aria-label={t('save.note')} placeholder={t('save.note')} maxLength={200} value={note} onChange={(e) => setNote(e.currentTarget.value)} />
        <Button variant="default" onClick={() => { save.reset(); drafts.discard(); }}>{t('save.discard')}</Button>
        <Button loading={save.isPending} disabled={words !== '' || checking || drafts.newer !== null}
          onClick={() => save.mutate(note.trim(), { onSuccess: () => setNote('') })}>{t('save.save')}</Button>
      </div>
    </div>
  );
}
