import { Button, Input, Menu } from '@mantine/core';
import { IconChevronDown, IconPlus, IconQuote } from '@tabler/icons-react';
import { useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '@/ui/announce';
import { useNames } from '../names';
import { below } from '../problem';
import type { Preview } from '../queue/preview';
import { useSkills } from '../queries';
import type { Requirement } from '../types';
import { Headcount } from './Headcount';
import { copyOf, inOrder, isInOrder, MOST_STEPS, nextMoment, samePlan, toPlan, toSteps, type Ring, type Step } from './plan';
import { RingStep } from './RingStep';
import classes from './rings.module.css';
import { story, whoWords } from './story';
import './words';

interface Props {
  value: readonly Ring[];
  onChange: (next: Ring[]) => void;
  /** Faults by path below the plan: `0.after_seconds`; `` is the plan's own. */
  errors?: Record<string, string>;
  /** What customers are asked for before any step; null when that is not known here. */
  requirements: readonly Requirement[] | null;
  /** What the router would make of it; hints by path below the plan. */
  preview?: Preview | undefined;
  /** The queue whose plan it is: it cannot help itself. */
  queueId?: string | undefined;
  expireHours?: number | undefined;
  /** Other plans, to begin with a copy of one. */
  others?: readonly { name: string; rings: readonly Ring[] }[];
}

/** A plan step by step along the time that a customer waits. */
export function RingPlan({ value, onChange, errors = {}, requirements, preview, queueId, expireHours, others = [] }: Props) {
  const { t, i18n } = useTranslation('rings');
  const names = useNames();
  const skills = useSkills().data?.items ?? [];
  const { steps, change } = useSteps(value, onChange);
  const list = useRef<HTMLOListElement>(null);
  const plan = toPlan(steps);
  const told = story({ t, language: i18n.language, names, requirements, plan, reach: preview?.reach, expireHours });

  const add = () => {
    const step: Step = { key: crypto.randomUUID(), ring: { after_seconds: nextMoment(plan) } };
    change([...steps, step]);
    focusLater(list, `[data-step="${step.key}"] [data-choice]`);
  };
  const remove = (i: number) => {
    change(steps.filter((_, n) => n !== i));
    announce(t('removed', { n: i + 1 }));
    const next = steps[i + 1] ?? steps[i - 1];
    focusLater(list, next ? `[data-step="${next.key}"] input` : '[data-add]');
  };
  const sort = (toward: EventTarget | null) => {
    if (isInOrder(steps)) return;
    change(inOrder(steps));
    announce(t('sorted'));
    // What has the focus may have been moved in the page, and lost it.
    if (toward instanceof HTMLElement) requestAnimationFrame(() => toward.focus());
  };
  return (
    <div className={classes.plan}>
      <div className={classes.intro}>
        <p className={classes.help}>{t('help')}</p>
        {others.length > 0 ? (
          <Menu position="bottom-end" zIndex={400}>
            <Menu.Target><Button size="compact-sm" variant="subtle" rightSection={<IconChevronDown size={14} aria-hidden />}>{t('like')}</Button></Menu.Target>
            <Menu.Dropdown className={classes.likeList}>
              {others.map((o, i) => (
                <Menu.Item key={i} onClick={() => change(toSteps(copyOf(o.rings, queueId)))}>
                  {t('likeOf', { name: o.name, count: o.rings.length })}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </div>
      {errors[''] ? <Input.Error role="alert">{errors['']}</Input.Error> : null}
      <ol className={classes.timeline} ref={list}>
        {requirements === null ? null : (
          <li className={classes.start}>
            <span className={classes.dot} aria-hidden />
            <div className={classes.startBody}>
              <b>{t('start')}</b>
              <span dir="auto">{whoWords(requirements, { t, language: i18n.language, names })}</span>
              <Headcount reach={preview?.reach[0]} first />
            </div>
          </li>
        )}
        {steps.map((s, i) => (
          <RingStep key={s.key} step={s} place={i} plan={plan} requirements={requirements ?? []} skills={skills} queueId={queueId} reach={preview?.reach[i + 1]}
            errors={below(errors, String(i))} hints={below(preview?.hints ?? {}, `rings.${String(i)}`)}
            onChange={(ring) => change(steps.map((x) => (x.key === s.key ? { ...x, ring } : x)))} onRemove={() => remove(i)} onLeave={sort} />
        ))}
        <li className={classes.end}>
          <span className={classes.dot} aria-hidden />
          {steps.length < MOST_STEPS ? (
            <Button size="xs" variant="default" data-add leftSection={<IconPlus size={15} aria-hidden />} onClick={add}>{t('add')}</Button>
          ) : (
            <span className={classes.soft}>{t('most', { count: MOST_STEPS })}</span>
          )}
        </li>
      </ol>
      <section className={classes.story} aria-label={t('plain')} data-testid="story">
        <IconQuote size={18} aria-hidden />
        <div>
          <h4 className={classes.storyTitle}>{t('plain')}</h4>
          <p dir="auto">{told.join(' ')} {steps.length === 0 ? t('none') : ''}</p>
        </div>
      </section>
    </div>
  );
}

/** The steps with keys of their own; another plan from outside replaces them. */
function useSteps(value: readonly Ring[], onChange: (next: Ring[]) => void) {
  const [steps, setSteps] = useState(() => toSteps(value));
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    if (!samePlan(value, toPlan(steps))) setSteps(toSteps(value));
  }
  return {
    steps,
    change: (next: Step[]) => {
      setSteps(next);
      onChange(toPlan(next));
    },
  };
}

function focusLater(box: RefObject<HTMLElement | null>, selector: string): void {
  requestAnimationFrame(() => (box.current?.querySelector<HTMLElement>(selector) ?? box.current?.querySelector<HTMLElement>('[data-add]'))?.focus());
}
