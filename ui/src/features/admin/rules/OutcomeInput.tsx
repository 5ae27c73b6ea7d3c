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
      <RingPlan value={value} onChange={onChange} />
      <div>
        <span className={classes.label}>{t('then.skills')}</span>
        <Requirements value={value.requirements ?? []} onChange={(requirements) => onChange({ ...value, requirements })} bare />
      </div>
    </fieldset>
  );
}

/** Which plan widens the circle while they wait: the queue's, none, or that of another queue. */
function RingPlan({ value, onChange }: { value: Outcome; onChange: (next: Outcome) => void }) {
  const { t } = useTranslation('rules');
  const queues = (useQueues().data?.items ?? []).filter((q) => q.rings.length > 0);
  const rings = value.rings;
  const text = JSON.stringify(rings);
  const chosen = !rings ? 'queue' : rings.length === 0 ? 'none' : (queues.find((q) => JSON.stringify(q.rings) === text)?.id ?? 'own');
  const choose = (id: string) => {
    const next: Outcome = { ...value };
    delete next.rings;
    const like = queues.find((q) => q.id === id);
    if (id === 'none') next.rings = [];
    else if (id === 'own' && rings) next.rings = rings;
    else if (like) next.rings = like.rings;
    onChange(next);
  };
  return (
    <NativeSelect label={t('then.rings')} description={t('then.ringsHelp')} value={chosen} onChange={(e) => choose(e.currentTarget.value)}
      data={[
        { value: 'queue', label: t('then.ringsQueue') },
        { value: 'none', label: t('then.ringsNone') },
        ...(chosen === 'own' ? [{ value: 'own', label: t('then.ringsOwn', { count: rings?.length ?? 0 }) }] : []),
        ...queues.map((q) => ({ value: q.id, label: t('then.ringsLike', { queue: q.name, count: q.rings.length }) })),
      ]} />
  );
}
