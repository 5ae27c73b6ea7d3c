import { ActionIcon, Input, NativeSelect, NumberInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { faultOf } from '../problem';
import type { Queue, Skill } from '../types';
import { Hint } from './Hint';
import { effectIcons } from './icons';
import { effectsOf, withoutEffect, type Effect, type Ring } from './plan';
import classes from './rings.module.css';

interface Props {
  ring: Ring;
  n: number;
  skills: readonly Skill[];
  queues: readonly Queue[];
  errors: Record<string, string>;
  hints: Record<string, string>;
  onChange: (ring: Ring) => void;
}

/** What a step does, each as a sentence with its choices in place. */
export function EffectRows({ ring, n, skills, queues, errors, hints, onChange }: Props) {
  const { t } = useTranslation('rings');
  const there = effectsOf(ring);
  if (there.length === 0) return null;
  const bad = (path: string) => faultOf(errors, path) !== undefined;
  const choose = (list: readonly { id: string; name: string }[], chosen: string | undefined) => [
    ...(list.some((x) => x.id === chosen) ? [] : [{ value: chosen ?? '', label: t('pick') }]),
    ...list.map((x) => ({ value: x.id, label: x.name })),
  ];
  const row = (effect: Effect, path: string, children: ReactNode, index = 0, what = t(`effect.${effect}.name`)) => (
    <Row key={path} effect={effect} error={faultOf(errors, path)} hint={hints[path]} label={t('drop', { what, n })}
      onRemove={() => onChange(withoutEffect(ring, effect, index))}>
      {children}
    </Row>
  );
  return (
    <ul className={classes.effects}>
      {(ring.relax ?? []).map((x, j) => {
        const set = (change: Partial<typeof x>) => onChange({ ...ring, relax: (ring.relax ?? []).map((old, k) => (k === j ? { ...old, ...change } : old)) });
        const others = (ring.relax ?? []).filter((_, k) => k !== j).map((o) => o.skill_id);
        return row('relax', `relax.${String(j)}`, (
          <>
            <NativeSelect size="xs" error={bad(`relax.${String(j)}`)} aria-label={t('relax.skill')} value={x.skill_id} onChange={(e) => set({ skill_id: e.currentTarget.value })}
              data={choose(skills.filter((s) => !others.includes(s.id)), x.skill_id)} />
            <NativeSelect size="xs" aria-label={t('relax.level')} value={String(x.level)} onChange={(e) => set({ level: Number(e.currentTarget.value) })}
              data={[...[4, 3, 2, 1].map((l) => ({ value: String(l), label: t('relax.at', { level: l }) })), ...(x.level > 4 ? [{ value: String(x.level), label: t('relax.at', { level: x.level }) }] : []), { value: '0', label: t('relax.gone') }]} />
          </>
        ), j, skills.find((s) => s.id === x.skill_id)?.name);
      })}
      {there.includes('queue') ? row('queue', 'queue_id', (
        <>
          <span>{t('queue.before')}</span>
          <NativeSelect size="xs" error={bad('queue_id')} aria-label={t('queue.label')} value={ring.queue_id ?? ''} onChange={(e) => onChange({ ...ring, queue_id: e.currentTarget.value })} data={choose(queues, ring.queue_id)} />
          <span>{t('queue.after')}</span>
        </>
      )) : null}
      {there.includes('team') ? row('team', 'skill_id', (
        <>
          <span>{t('team.before')}</span>
          <NativeSelect size="xs" error={bad('skill_id')} aria-label={t('team.label')} value={ring.skill_id ?? ''} onChange={(e) => onChange({ ...ring, skill_id: e.currentTarget.value })} data={choose(skills, ring.skill_id)} />
          <span>{t('team.after')}</span>
        </>
      )) : null}
      {there.includes('priority') ? row('priority', 'priority', <Minutes value={ring.priority ?? 0} onChange={(priority) => onChange({ ...ring, priority })} />) : null}
      {there.includes('offer') ? row('offer', 'offer', (
        <>
          <span>{t('offer.before')}</span>
          <NativeSelect size="xs" error={bad('offer')} aria-label={t('offer.label')} value={ring.offer ?? 'message'} onChange={(e) => onChange({ ...ring, offer: e.currentTarget.value as 'message' | 'callback' })}
            data={(['message', 'callback'] as const).map((o) => ({ value: o, label: t(`offer.${o}`) }))} />
          <span>{t('offer.after')}</span>
        </>
      )) : null}
    </ul>
  );
}

function Row({ effect, children, error, hint, label, onRemove }: { effect: Effect; children: ReactNode; error: string | undefined; hint: string | undefined; label: string; onRemove: () => void }) {
  const Icon = effectIcons[effect];
  return (
    <li>
      <div className={classes.effect} data-wrong={error ? true : undefined}>
        <Icon className={classes.effectIcon} size={16} aria-hidden />
        <div className={classes.sentence}>{children}</div>
        <ActionIcon size="sm" className={classes.drop} aria-label={label} onClick={onRemove}><IconX size={15} aria-hidden /></ActionIcon>
      </div>
      {error ? <Input.Error role="alert">{error}</Input.Error> : null}
      <Hint words={hint} />
    </li>
  );
}

// An empty field is kept as written and counts for nothing.
function Minutes({ value, onChange }: { value: number; onChange: (n: number) => void }) {
  const { t } = useTranslation('rings');
  const [typed, setTyped] = useState<number | string>(value);
  return (
    <>
      <NumberInput size="xs" className={classes.minutes} aria-label={t('priority.label')} min={0} max={1000} allowDecimal={false} value={Number(typed) === value ? typed : value}
        onChange={(n) => {
          setTyped(n);
          onChange(Number(n) || 0);
        }} />
      <span>{t('priority.after', { count: value })}</span>
    </>
  );
}
