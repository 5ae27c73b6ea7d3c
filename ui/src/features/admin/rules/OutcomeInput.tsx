import { NativeSelect, NumberInput, TextInput } from '@mantine/core';
import '@mantine/core/styles/NumberInput.layer.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Requirements } from '../Requirements';
import { useQueues } from '../queries';
import { tagsOf } from './drafts';
import classes from './rules.module.css';
import type { Outcome } from './types';

/** What a rule does with those it matches. */
export function OutcomeInput({ value, onChange }: { value: Outcome; onChange: (next: Outcome) => void }) {
  const { t } = useTranslation('rules');
  const queues = useQueues().data?.items ?? [];
  const [tags, setTags] = useState((value.tags ?? []).join(', '));
  const known = queues.some((q) => q.id === value.queue_id);
  return (
    <fieldset className={classes.outcome}>
      <legend className={classes.label}>{t('then.title')}</legend>
      <div className={classes.columns}>
        <NativeSelect label={t('then.queue')} value={value.queue_id ?? ''} onChange={(e) => onChange({ ...value, queue_id: e.currentTarget.value })}
          data={[{ value: '', label: t('then.stays') }, ...(value.queue_id && !known ? [{ value: value.queue_id, label: t('then.gone') }] : []), ...queues.map((q) => ({ value: q.id, label: q.name }))]} />
        <NumberInput label={t('then.priority')} description={t('then.priorityHelp')} min={-1000} max={1000} allowDecimal={false} value={value.priority ?? 0}
          onChange={(n) => onChange({ ...value, priority: Number(n) || 0 })} />
        <TextInput label={t('then.tags')} description={t('then.tagsHelp')} value={tags}
          onChange={(e) => {
            setTags(e.currentTarget.value);
            onChange({ ...value, tags: tagsOf(e.currentTarget.value) });
          }} />
      </div>
      <div>
        <span className={classes.label}>{t('then.skills')}</span>
        <Requirements value={value.requirements ?? []} onChange={(requirements) => onChange({ ...value, requirements })} bare />
      </div>
    </fieldset>
  );
}
