import { ActionIcon, Button, Switch, TextInput, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconChevronDown, IconCopy, IconGripVertical, IconTrash } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useState, type DragEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../names';
import { below } from '../problem';
import { checkPlan } from '../rings/plan';
import { story } from '../rings/story';
import '../rings/words';
import { Tag } from '../Tag';
import { ConditionInput } from './ConditionInput';
import { OutcomeInput } from './OutcomeInput';
import classes from './rules.module.css';
import { useSummary } from './summary';
import type { Draft, Language, Mistake, Verdict } from './types';

interface Props {
  draft: Draft;
  place: number;
  count: number;
  open: boolean;
  changed: boolean;
  mistake: Mistake | null;
  checked: boolean;
  /** What the server refused, by path below the rule. */
  faults: Record<string, string>;
  verdict: Verdict | undefined;
  language: Language | undefined;
  may: boolean;
  onOpen: (open: boolean) => void;
  onChange: (next: Draft) => void;
  onMove: (to: number) => void;
  onDrop: (key: string) => void;
  onRemove: () => void;
  onCopy: () => void;
}

/** One rule: a line that says what it does, and its editor when open. */
export function RuleCard(props: Props) {
  const { draft: d, place, count, open, mistake, verdict, may } = props;
  const { t } = useTranslation('rules');
  const [over, setOver] = useState(false);
  const name = d.name.trim() || t('newName');
  const onKeyDown = (e: KeyboardEvent) => {
    const step = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
    if (!may || !e.altKey || step === 0) return;
    e.preventDefault();
    props.onMove(place + step);
  };
  const onDrop = (e: DragEvent) => {
    setOver(false);
    const key = e.dataTransfer.getData('text/x-rule');
    if (key && key !== d.key) {
      e.preventDefault();
      props.onDrop(key);
    }
  };
  return (
    <li className={classes.card} data-open={open || undefined} data-off={!d.enabled || undefined} data-over={over || undefined} data-decides={verdict?.decides || undefined} data-testid="rule"
      onKeyDown={onKeyDown} onDrop={onDrop} onDragLeave={() => setOver(false)}
      onDragOver={(e) => {
        if (!may || !e.dataTransfer.types.includes('text/x-rule')) return;
        e.preventDefault();
        setOver(true);
      }}>
      <div className={classes.cardHead}>
        {may ? (
          <span className={classes.grip} draggable title={t('card.drag')} aria-hidden
            onDragStart={(e) => {
              e.dataTransfer.setData('text/x-rule', d.key);
              e.dataTransfer.effectAllowed = 'move';
              const card = e.currentTarget.closest('li');
              if (card) e.dataTransfer.setDragImage(card, 12, 12);
            }}>
            <IconGripVertical size={16} />
          </span>
        ) : null}
        <span className={classes.place} aria-hidden>{place + 1}</span>
        <UnstyledButton className={classes.opener} aria-expanded={open} onClick={() => props.onOpen(!open)} data-opener={d.key}>
          <span className={classes.cardTitle}>
            <span className={classes.cardName} dir="auto">{name}</span>
            {d.enabled ? null : <Tag kind="off">{t('card.off')}</Tag>}
            {mistake || Object.keys(props.faults).length > 0 ? <Tag kind="bad">{t(mistake ? 'card.wrong' : 'card.refused')}</Tag> : null}
            {props.changed ? <Tag kind="wish">{t('card.unsaved')}</Tag> : null}
            {verdict && !mistake && d.enabled ? <VerdictTag verdict={verdict} /> : null}
          </span>
          {open ? null : <Line draft={d} />}
        </UnstyledButton>
        <span className={classes.cardTools}>
          {may ? (
            <>
              <ActionIcon variant="subtle" color="gray" aria-label={t('card.up', { name })} disabled={place === 0} onClick={() => props.onMove(place - 1)}><IconArrowUp size={16} aria-hidden /></ActionIcon>
              <ActionIcon variant="subtle" color="gray" aria-label={t('card.down', { name })} disabled={place === count - 1} onClick={() => props.onMove(place + 1)}><IconArrowDown size={16} aria-hidden /></ActionIcon>
            </>
          ) : null}
          <IconChevronDown className={classes.chevron} size={17} aria-hidden />
        </span>
      </div>
      {open ? <Editor {...props} name={name} /> : null}
    </li>
  );
}

function VerdictTag({ verdict: v }: { verdict: Verdict }) {
  const { t } = useTranslation('rules');
  const kind = v.result === 'matched' ? 'good' : v.result === 'failed' ? 'bad' : 'off';
  const words = v.decides ? t('try.decidesMark') : t(`try.result.${v.result}`);
  return <Tag kind={v.reached ? kind : 'off'}>{v.reached || v.result === 'off' ? words : `${words}, ${t('try.unreached')}`}</Tag>;
}

function Line({ draft: d }: { draft: Draft }) {
  const summary = useSummary();
  return (
    <span className={classes.line}>
      <code className={classes.lineCode} dir="ltr">{d.when}</code>
      <span className={classes.lineThen}>{summary(d.then).join(' · ')}</span>
    </span>
  );
}

function Editor(props: Props & { name: string }) {
  const { t } = useTranslation('rules');
  const { t: tr } = useTranslation('rings');
  const { draft: d, onChange, may, name } = props;
  if (!may) return <Reader {...props} />;
  return (
    <div className={classes.editor}>
      <div className={classes.plain}>
        <div className={classes.editorTop}>
          <TextInput label={t('name')} description={t('nameHelp')} required maxLength={100} value={d.name} error={d.name.trim() === '' ? t('nameMissing') : props.faults['name']} data-name={d.key}
            onChange={(e) => onChange({ ...d, name: e.currentTarget.value })} />
          <Switch label={t('card.on')} aria-label={t('card.enabled', { name })} checked={d.enabled} onChange={(e) => onChange({ ...d, enabled: e.currentTarget.checked })} />
        </div>
        <ConditionInput value={d.when} language={props.language} mistake={props.mistake} checked={props.checked} onChange={(when) => onChange({ ...d, when })} />
        <OutcomeInput value={d.then} errors={{ ...unfinishedSteps(d, tr), ...below(props.faults, 'then') }} onChange={(then) => onChange({ ...d, then })} />
      </div>
      <div className={classes.editorFoot}>
        <Button size="xs" variant="subtle" color="gray" leftSection={<IconCopy size={15} aria-hidden />} onClick={props.onCopy}>{t('card.duplicate')}</Button>
        <Button size="xs" variant="subtle" color="red" leftSection={<IconTrash size={15} aria-hidden />} onClick={props.onRemove}>{t('card.remove')}</Button>
        <span className={classes.soft}>{t('card.keys')}</span>
      </div>
    </div>
  );
}

// A step that says nothing yet is said to be so once another follows it, or another field was left: at once would be too early.
function unfinishedSteps(d: Draft, t: TFunction<'rings'>): Record<string, string> {
  const plan = d.then.rings ?? [];
  const found = checkPlan(plan, { nothing: t('nothing'), choose: t('pick') });
  const last = String(plan.length - 1);
  return Object.fromEntries(Object.entries(found).filter(([path]) => path !== last).map(([path, words]) => [`rings.${path}`, words]));
}

/** For those who may not change it: all of it, as text. */
function Reader({ draft: d }: Props) {
  const { t, i18n } = useTranslation('rules');
  const { t: tr } = useTranslation('rings');
  const names = useNames();
  const summary = useSummary();
  return (
    <div className={classes.editor}>
      <span className={classes.label}>{t('when')}</span>
      <pre className={classes.reading} dir="ltr" tabIndex={0}>{d.when}</pre>
      <span className={classes.label}>{t('then.title')}</span>
      <ul className={classes.plainList}>{summary(d.then).map((words) => <li key={words} dir="auto">{words}</li>)}</ul>
      {d.then.rings?.length ? <p className={classes.help} dir="auto">{story({ t: tr, language: i18n.language, names, requirements: null, plan: d.then.rings }).join(' ')}</p> : null}
    </div>
  );
}
