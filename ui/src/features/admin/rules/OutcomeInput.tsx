import { NativeSelect, NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import '@mantine/core/styles/NumberInput.layer.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { below } from '../problem';
import { useQueuePreview } from '../queue/preview';
import { Requirements } from '../Requirements';
import { useQueues } from '../queries';
import { Hint } from '../rings/Hint';
import { does, strictest, tidyRing, type Ring } from '../rings/plan';
import { RingPlan } from '../rings/RingPlan';
import { tagsOf } from './drafts';
import classes from './rules.module.css';
import type { Outcome } from './types';

interface Props {
  value: Outcome;
  onChange: (next: Outcome) => void;
  /** Faults by path below the outcome: `rings.0.queue_id`. */
  errors: Record<string, string>;
}

/** What a rule does with those it matches. */
export function OutcomeInput({ value, onChange, errors }: Props) {
  const { t } = useTranslation('rules');
  const queues = useQueues().data?.items ?? [];
  const [tags, setTags] = useState((value.tags ?? []).join(', '));
  const known = queues.some((q) => q.id === value.queue_id);
  return (
    <fieldset className={classes.outcome}>
      <legend className={classes.label}>{t('then.title')}</legend>
      <div className={classes.columns}>
        <NativeSelect label={t('then.queue')} value={value.queue_id ?? ''} error={errors['queue_id']} onChange={(e) => onChange({ ...value, queue_id: e.currentTarget.value })}
          data={[{ value: '', label: t('then.stays') }, ...(value.queue_id && !known ? [{ value: value.queue_id, label: t('then.gone') }] : []), ...queues.map((q) => ({ value: q.id, label: q.name }))]} />
        <NumberInput label={t('then.priority')} description={t('then.priorityHelp')} min={-1000} max={1000} allowDecimal={false} value={value.priority ?? 0} error={errors['priority']}
          onChange={(n) => onChange({ ...value, priority: Number(n) || 0 })} />
        <TextInput label={t('then.tags')} description={t('then.tagsHelp')} value={tags} error={errors['tags']}
          onChange={(e) => {
            setTags(e.currentTarget.value);
            onChange({ ...value, tags: tagsOf(e.currentTarget.value) });
          }} />
      </div>
      <div>
        <span className={classes.label}>{t('then.skills')}</span>
        <Requirements value={value.requirements ?? []} onChange={(requirements) => onChange({ ...value, requirements })} error={Object.values(below(errors, 'requirements'))[0]} bare />
      </div>
      <Plan value={value} onChange={onChange} errors={below(errors, 'rings')} />
    </fieldset>
  );
}

/** Which plan widens the circle while they wait: the queue's, none, or one of its own. */
function Plan({ value, onChange, errors }: Props) {
  const { t } = useTranslation('rules');
  const queues = useQueues().data?.items ?? [];
  const rings = value.rings as Ring[] | undefined;
  const to = queues.find((q) => q.id === value.queue_id);
  const chosen = !rings ? 'queue' : rings.length === 0 ? 'none' : 'own';
  // An own plan without steps yet is being written, not chosen to be none.
  const [writing, setWriting] = useState(chosen === 'own');
  const shown = chosen === 'none' && writing ? 'own' : chosen;
  const preview = useQueuePreview(
    shown === 'own' && to ? { id: to.id, queue: { rings: (rings ?? []).filter(does).map(tidyRing) }, besides: (value.requirements ?? []).filter((r) => r.skill_id !== '') } : null, rings ?? []);
  const put = (next: Ring[] | undefined) => {
    const changed: Outcome = { ...value };
    delete changed.rings;
    onChange(next ? { ...changed, rings: next } : changed);
  };
  const choose = (v: string) => {
    setWriting(v === 'own');
    if (v === 'queue') put(undefined);
    else if (v === 'none') put([]);
    else put((to?.rings ?? []).map(tidyRing));
  };
  const others = queues.flatMap((q) => (q.rings?.length ? [{ name: q.name, rings: q.rings }] : []));
  return (
    <div className={classes.ringPlan}>
      <span className={classes.label} id="rule-plan">{t('then.rings')}</span>
      <div>
        <SegmentedControl size="xs" aria-labelledby="rule-plan" value={shown} onChange={choose} data={(['queue', 'none', 'own'] as const).map((v) => ({ value: v, label: t(`then.ringsOf.${v}`) }))} />
      </div>
      <p className={classes.help}>{shown === 'queue' ? (to ? t('then.ringsQueueHelp', { count: to.rings?.length ?? 0, queue: to.name }) : t('then.ringsHelp')) : t(`then.rings${shown === 'none' ? 'None' : 'Own'}Help`)}</p>
      {shown === 'own' ? (
        <>
          <Hint words={preview?.hints['requirements']} />
          <RingPlan value={rings ?? []} onChange={put} errors={errors} preview={preview} expireHours={to?.expire_hours} others={others}
            requirements={to ? strictest(to.requirements, value.requirements ?? []) : null} />
        </>
      ) : null}
    </div>
  );
}
