import { ActionIcon, Button, Input, Menu, UnstyledButton } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useQueues } from '../queries';
import type { Requirement, Skill } from '../types';
import { DurationInput } from './DurationInput';
import { EffectRows } from './EffectRows';
import { Headcount } from './Headcount';
import { Hint } from './Hint';
import { effectIcons } from './icons';
import { effects, effectsOf, levelBefore, MOST_SECONDS, withEffect, type Effect, type Ring, type Step } from './plan';
import classes from './rings.module.css';
import type { Reach } from './story';

interface Props {
  step: Step;
  place: number;
  plan: readonly Ring[];
  requirements: readonly Requirement[];
  skills: readonly Skill[];
  queueId: string | undefined;
  reach: Reach | undefined;
  errors: Record<string, string>;
  hints: Record<string, string>;
  onChange: (ring: Ring) => void;
  onRemove: () => void;
  /** The focus leaves the step, toward something or nothing. */
  onLeave: (toward: EventTarget | null) => void;
}

/** One step: its moment, and what holds from then on. */
export function RingStep(props: Props) {
  const { step, place, plan, requirements, skills, queueId, reach, errors, hints, onChange, onRemove } = props;
  const { t } = useTranslation('rings');
  const queues = (useQueues().data?.items ?? []).filter((q) => q.id !== queueId);
  const n = place + 1;
  const there = effectsOf(step.ring);
  const demanded = new Map(requirements.filter((r) => !r.preferred).map((r) => [r.skill_id, r.level]));
  const free = skills.filter((s) => !step.ring.relax?.some((x) => x.skill_id === s.id));
  const asked = free.find((s) => levelBefore(plan, place, s.id, demanded) !== null) ?? free[0];
  const can: Record<Effect, boolean> = {
    relax: asked !== undefined, queue: !there.includes('queue') && queues.length > 0, team: !there.includes('team') && skills.length > 0,
    priority: !there.includes('priority'), offer: !there.includes('offer'),
  };
  const add = (effect: Effect) =>
    onChange(withEffect(step.ring, effect, {
      skill: asked?.id ?? '', level: (asked && levelBefore(plan, place, asked.id, demanded)) ?? 1, team: skills[0]?.id ?? '',
      queue: queues.find((q) => !plan.slice(0, place).some((r) => r.queue_id === q.id))?.id ?? queues[0]?.id ?? '',
    }));
  return (
    <li className={classes.step} data-step={step.key} data-testid="ring-step" aria-label={t('step', { n })}
      onBlur={(e) => {
        if (!e.currentTarget.contains(e.relatedTarget)) props.onLeave(e.relatedTarget);
      }}>
      <span className={classes.dot} data-wrong={errors[''] ? true : undefined} aria-hidden>{n}</span>
      <div className={classes.card}>
        <div className={classes.stepHead}>
          <span className={classes.after} aria-hidden>{t('after')}</span>
          <DurationInput bare label={t('afterLabel', { n })} unitLabel={t('unitLabel', { n })} value={step.ring.after_seconds} max={MOST_SECONDS} error={errors['after_seconds']}
            onChange={(s) => s !== '' && onChange({ ...step.ring, after_seconds: Number(s) })} />
          <Headcount reach={reach} />
          <ActionIcon className={classes.stepRemove} aria-label={t('remove', { n })} onClick={onRemove}><IconTrash size={16} aria-hidden /></ActionIcon>
        </div>
        <Hint words={hints['after_seconds']} />
        <EffectRows ring={step.ring} n={n} skills={skills} queues={queues} errors={errors} hints={hints} onChange={onChange} />
        {there.length === 0 ? (
          <div role="group" aria-label={t('choose')}>
            <span className={classes.choose} aria-hidden>{t('choose')}</span>
            <div className={classes.choices}>
              {effects.filter((e) => can[e]).map((e) => <Choice key={e} effect={e} onChoose={() => add(e)} />)}
            </div>
          </div>
        ) : effects.some((e) => can[e]) ? (
          <Menu position="bottom-start" withinPortal zIndex={400}>
            <Menu.Target>
              <Button size="compact-xs" variant="subtle" className={classes.more} aria-label={t('moreOf', { n })} leftSection={<IconPlus size={14} aria-hidden />}>{t('more')}</Button>
            </Menu.Target>
            <Menu.Dropdown>
              {effects.filter((e) => can[e]).map((e) => {
                const Icon = effectIcons[e];
                return (
                  <Menu.Item key={e} leftSection={<Icon size={16} aria-hidden />} onClick={() => add(e)}>
                    {t(`effect.${e}.name`)}
                    <span className={classes.choiceText}>{t(`effect.${e}.text`)}</span>
                  </Menu.Item>
                );
              })}
            </Menu.Dropdown>
          </Menu>
        ) : null}
        {errors[''] ? <Input.Error role="alert">{errors['']}</Input.Error> : null}
        <Hint words={hints['']} />
      </div>
    </li>
  );
}

function Choice({ effect, onChoose }: { effect: Effect; onChoose: () => void }) {
  const { t } = useTranslation('rings');
  const Icon = effectIcons[effect];
  return (
    <UnstyledButton className={classes.choice} data-choice onClick={onChoose}>
      <Icon size={18} aria-hidden />
      <span>
        <b>{t(`effect.${effect}.name`)}</b>
        <span className={classes.choiceText}>{t(`effect.${effect}.text`)}</span>
      </span>
    </UnstyledButton>
  );
}
