import { Button, SegmentedControl, Skeleton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconPlus, IconRoute } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Problem, wordsOf } from '@/api/client';
import { useCan } from '@/api/session';
import { announce } from '@/ui/announce';
import { Delayed } from '@/ui/Delayed';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNote } from '@/ui/ErrorNote';
import { GuardModal, useGuard } from '../Guard';
import { Conflict } from './Conflict';
import { faultsByRule, MOST_RULES, move, newDraft, same, toBody, unfinished } from './drafts';
import { NamesList } from './NamesList';
import { useCheck, useLanguage, useTrial, type Subject } from './queries';
import { RuleCard } from './RuleCard';
import classes from './rules.module.css';
import { SaveBar } from './SaveBar';
import { TryBox } from './TryBox';
import type { Draft, Mistake, Outcome } from './types';
import { useDrafts } from './useDrafts';
import { Versions } from './Versions';
import './words';

type Side = 'try' | 'names' | 'versions';

/** The routing rules: an ordered list to edit, beside it what helps with that. */
export function RulesPage() {
  const { t } = useTranslation('rules');
  const drafts = useDrafts((set) => notifications.show({ color: 'green', message: t('save.saved', { n: set.version }) }));
  const { query, edited } = drafts;
  if (!edited) {
    return query.error ? <ErrorNote words={wordsOf(query.error)} onRetry={() => void query.refetch()} /> : <Delayed><Skeleton h={60} mb={8} /><Skeleton h={60} mb={8} /><Skeleton h={60} /></Delayed>;
  }
  return <Loaded drafts={drafts} list={edited.drafts} />;
}

function Loaded({ drafts, list }: { drafts: ReturnType<typeof useDrafts>; list: Draft[] }) {
  const { t } = useTranslation('rules');
  const may = useCan('admin');
  const [params] = useSearchParams();
  const [open, setOpen] = useState<string | null>(params.get('rule'));
  const [side, setSide] = useState<Side>('try');
  const [subject, setSubject] = useState<Subject | null>(null);
  const box = useRef<HTMLOListElement>(null);
  const language = useLanguage().data;
  const guard = useGuard(drafts.dirty);

  const [settled] = useDebouncedValue(list, 250);
  const check = useCheck(toBody(settled));
  const trial = useTrial(toBody(settled), subject);
  const mistakes = mistakesOf(list, settled, check.data?.mistakes, check.isPlaceholderData);
  const wrong = list.filter((d) => mistakes.get(d.key)?.mistake);

  useEffect(() => {
    if (params.get('rule')) box.current?.querySelector('[data-open]')?.scrollIntoView({ block: 'center' });
  }, [params]);

  const { change } = drafts;
  const refused = drafts.save.error instanceof Problem ? drafts.save.error : null;
  const faults = faultsByRule(refused?.fields ?? [], list);
  const [shown, setShown] = useState<Problem | null>(null);
  if (refused !== shown) {
    setShown(refused);
    const first = [...faults.keys()][0];
    if (first) setOpen(first);
  }
  const focusOn = (key: string, what: 'opener' | 'name') =>
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(what === 'opener' ? `[data-opener="${key}"]` : `[data-name="${key}"]`)?.focus());
  const add = (d: Draft) => {
    change((old) => [...old, d]);
    setOpen(d.key);
    focusOn(d.key, 'name');
  };
  const moveTo = (from: number, to: number) => {
    const d = list[from];
    if (!d || to < 0 || to >= list.length || to === from) return;
    change((old) => move(old, from, to));
    // At an end the arrow is off, and would let go of the focus.
    if (document.activeElement?.closest('button[aria-label]') && (to === 0 || to === list.length - 1)) focusOn(d.key, 'opener');
    announce(t('card.moved', { name: d.name, n: to + 1, count: list.length }), true);
  };
  const remove = (d: Draft, place: number) => {
    change((old) => old.filter((x) => x.key !== d.key));
    const next = list[place + 1] ?? list[place - 1];
    if (next) focusOn(next.key, 'opener');
    const id = notifications.show({
      autoClose: 8000,
      message: (
        <span className={classes.undo}>
          {t('card.removed', { name: d.name })}
          <Button size="compact-xs" variant="default" onClick={() => {
            change((old) => (old.some((x) => x.key === d.key) ? old : [...old.slice(0, place), d, ...old.slice(place)]));
            notifications.hide(id);
          }}>{t('card.undo')}</Button>
        </span>
      ),
    });
  };
  const insert = (text: string) => {
    const field = box.current?.querySelector<HTMLTextAreaElement>('[data-condition]');
    if (!field || !open) return;
    const { selectionStart: a, selectionEnd: b } = field;
    change((old) => old.map((d) => (d.key === open ? { ...d, when: d.when.slice(0, a) + text + d.when.slice(b) } : d)));
    requestAnimationFrame(() => {
      field.focus();
      field.setSelectionRange(a + text.length, a + text.length);
    });
  };
  const base = new Map(drafts.edited?.base.rules.map((r) => [r.id, r]));
  const showWrong = () => {
    const first = wrong[0] ?? list.find((d) => d.name.trim() === '' || unfinished(d));
    if (!first) return;
    setOpen(first.key);
    focusOn(first.key, 'opener');
  };
  return (
    <section aria-labelledby="rules-title" className={classes.page}>
      <div className={classes.head}>
        <h2 id="rules-title" className={classes.title}>{t('title')}</h2>
        {may ? <Button ms="auto" leftSection={<IconPlus size={16} aria-hidden />} disabled={list.length >= MOST_RULES} onClick={() => add(newDraft(t('newName'), ''))}>{t('add')}</Button> : null}
        <p className={classes.intro}>{t(may ? 'intro' : 'readOnly')}</p>
      </div>
      {drafts.newer ? <Conflict drafts={drafts} list={list} newer={drafts.newer} /> : null}
      <div className={classes.layout}>
        <div className={classes.main}>
          {list.length === 0 ? (
            <div className={classes.empty}>
              <div><EmptyState icon={<IconRoute size={28} />} title={t('empty.title')} text={may ? t('empty.text') : undefined} /></div>
              {may ? <Examples list={list} onUse={add} /> : null}
            </div>
          ) : (
            <>
              <ol className={classes.list} ref={box} aria-label={t('order')}>
                {list.map((d, i) => {
                  const saved = base.get(d.id);
                  const known = mistakes.get(d.key);
                  return (
                    <RuleCard key={d.key} draft={d} place={i} count={list.length} open={open === d.key} may={may} language={language}
                      changed={!saved || !same([d], [{ ...d, ...saved, key: d.key }])}
                      faults={faults.get(d.key) ?? {}} mistake={known?.mistake ?? null} checked={known !== undefined} verdict={subject ? trial.data?.rules[i] : undefined}
                      onOpen={(yes) => setOpen(yes ? d.key : null)}
                      onChange={(next) => change((old) => old.map((x) => (x.key === d.key ? next : x)))}
                      onMove={(to) => moveTo(i, to)} onDrop={(key) => moveTo(list.findIndex((x) => x.key === key), i)}
                      onRemove={() => remove(d, i)}
                      onCopy={() => add({ ...newDraft(t('copyName', { name: d.name }), d.when), then: d.then })} />
                  );
                })}
              </ol>
              <p className={classes.otherwise}>{t('otherwise')}</p>
              {may && drafts.edited?.base.rules.length === 0 ? <Examples list={list} onUse={add} /> : null}
            </>
          )}
          {may && (drafts.dirty || drafts.save.error) ? <SaveBar drafts={drafts} list={list} wrong={wrong.length} checking={check.isPlaceholderData || settled !== list} onShow={showWrong} /> : null}
        </div>
        <aside className={classes.side} aria-label={t('side')}>
          <SegmentedControl fullWidth value={side} onChange={(v) => setSide(v as Side)} aria-label={t('side')}
            data={(['try', 'names', 'versions'] as const).map((v) => ({ value: v, label: t(`tabs.${v}`) }))} />
          {side === 'try' ? <TryBox subject={subject} onSubject={setSubject} trial={subject ? trial.data : undefined} error={trial.error} /> : null}
          {side === 'names' ? <NamesList language={language} onInsert={may && open ? insert : null} /> : null}
          {side === 'versions' ? <Versions drafts={drafts} may={may} /> : null}
        </aside>
      </div>
      <GuardModal blocker={guard.blocker} />
    </section>
  );
}

interface Checked {
  mistake: Mistake | null;
}

/** What is known of each draft's condition; nothing while it was changed since the check. */
function mistakesOf(list: Draft[], settled: Draft[], mistakes: Mistake[] | undefined, old: boolean): Map<string, Checked> {
  const out = new Map<string, Checked>();
  if (!mistakes || old) return out;
  const text = new Map(list.map((d) => [d.key, d.when]));
  settled.forEach((d, i) => {
    if (text.get(d.key) === d.when) out.set(d.key, { mistake: mistakes.find((m) => m.rule === i) ?? null });
  });
  return out;
}

const examples = ['vip', 'pricing', 'night'] as const;
const outcomes: Record<(typeof examples)[number], Outcome> = { vip: { priority: 30 }, pricing: { tags: ['prices'] }, night: { tags: ['out of hours'] } };

/** Rules to begin with: those that are not there yet. */
function Examples({ list, onUse }: { list: readonly Draft[]; onUse: (d: Draft) => void }) {
  const { t } = useTranslation('rules');
  return (
    <ul className={classes.examples}>
      {examples.map((x) => ({ x, name: t(`examples.${x}.name`) })).filter(({ name }) => !list.some((d) => d.name === name)).map(({ x, name }) => (
        <li key={x} className={classes.example}>
          <b>{name}</b>
          <span className={classes.soft}>{t(`examples.${x}.why`)}</span>
          <code dir="ltr">{t(`examples.${x}.when`)}</code>
          <Button size="xs" variant="default" onClick={() => onUse({ ...newDraft(name, t(`examples.${x}.when`)), then: outcomes[x] })}>{t('empty.use', { name })}</Button>
        </li>
      ))}
    </ul>
  );
}
