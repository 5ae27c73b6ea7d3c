import { Button, SegmentedControl, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsOf } from '@/api/client';
import type { Conversation } from '@/api/types';
import { ChannelIcon } from '@/ui/channels';
import { ErrorNote } from '@/ui/ErrorNote';
import { dateTime } from '@/ui/time';
import { Tag } from '../Tag';
import { FactsForm } from './FactsForm';
import { useFound, type Subject } from './queries';
import classes from './rules.module.css';
import { useNames } from '../names';
import type { Facts, Trial, Verdict } from './types';

interface Props {
  subject: Subject | null;
  onSubject: (subject: Subject | null) => void;
  trial: Trial | undefined;
  error: Error | null;
}

/** What each rule would say of a past conversation, or of facts made up. */
export function TryBox({ subject, onSubject, trial, error }: Props) {
  const { t } = useTranslation('rules');
  const [mode, setMode] = useState<'conversation' | 'facts'>(subject && 'facts' in subject ? 'facts' : 'conversation');
  const [chosen, setChosen] = useState<Conversation | null>(null);
  const facts = subject && 'facts' in subject ? subject.facts : {};
  const turn = (to: 'conversation' | 'facts', from?: Facts) => {
    setMode(to);
    onSubject(to === 'facts' ? { facts: from ?? facts } : chosen ? { conversation_id: chosen.id } : null);
  };
  return (
    <div className={classes.tool}>
      <p className={classes.help}>{t('try.intro')}</p>
      <SegmentedControl size="xs" fullWidth value={mode} onChange={(v) => turn(v as typeof mode)} aria-label={t('tabs.try')}
        data={[{ value: 'conversation', label: t('try.conversation') }, { value: 'facts', label: t('try.facts') }]} />
      {mode === 'facts' ? (
        <FactsForm value={facts} onChange={(next) => onSubject({ facts: next })} />
      ) : chosen && subject ? (
        <div className={classes.chosen}>
          <span><ChannelIcon channel={chosen.channel} /> <b dir="auto">{chosen.contact.name}</b> <span className={classes.soft}>{dateTime(chosen.created_at)}</span></span>
          <span className={classes.help}>{t('try.asNow')}</span>
          <span className={classes.buttons}>
            <Button size="compact-xs" variant="default" onClick={() => onSubject(null)}>{t('try.other')}</Button>
            {trial ? <Button size="compact-xs" variant="default" onClick={() => turn('facts', trial.facts)}>{t('try.edit')}</Button> : null}
          </span>
        </div>
      ) : (
        <Find onChoose={(c) => { setChosen(c); onSubject({ conversation_id: c.id }); }} />
      )}
      {error ? <ErrorNote words={wordsOf(error)} /> : null}
      {trial ? <Result trial={trial} /> : mode === 'conversation' && !subject ? <p className={classes.soft}>{t('try.pick')}</p> : null}
    </div>
  );
}

function Find({ onChoose }: { onChoose: (c: Conversation) => void }) {
  const { t } = useTranslation('rules');
  const [words, setWords] = useState('');
  const [asked] = useDebouncedValue(words.trim(), 250);
  const found = useFound(asked);
  return (
    <div>
      <TextInput aria-label={t('try.find')} placeholder={t('try.find')} leftSection={<IconSearch size={15} aria-hidden />} value={words} onChange={(e) => setWords(e.currentTarget.value)} />
      <ul className={classes.found}>
        {found.data?.items.map((c) => (
          <li key={c.id}>
            <UnstyledButton className={classes.foundItem} onClick={() => onChoose(c)}>
              <span className={classes.foundTop}><ChannelIcon channel={c.channel} /> <b dir="auto">{c.contact.name}</b> <time className={classes.soft} dateTime={c.created_at}>{dateTime(c.created_at)}</time></span>
              <span className={classes.snippet} dir="auto">{c.last_message.text}</span>
            </UnstyledButton>
          </li>
        ))}
        {found.data?.items.length === 0 ? <li className={classes.soft}>{t('try.none')}</li> : null}
      </ul>
    </div>
  );
}

function Result({ trial }: { trial: Trial }) {
  const { t } = useTranslation('rules');
  const names = useNames();
  const o = trial.outcome;
  const queue = o.queue ?? t('try.nowhere');
  const more = [
    o.requirements.length > 0 ? t('try.needs', { skills: o.requirements.map((r) => `${names.skill(r.skill_id)} ≥ ${String(r.level)}`).join(', ') }) : t('try.nobodyAsks'),
    ...(o.priority ? [t('try.ahead', { count: o.priority })] : []),
    ...(o.tags.length > 0 ? [t('try.tagged', { tags: o.tags.join(', ') })] : []),
  ];
  return (
    <>
      <div className={classes.result} role="status" data-testid="outcome">
        <h3 className={classes.subTitle}>{t('try.outcome')}</h3>
        <b>{o.rule ? t('try.decides', { rule: o.rule, queue }) : t('try.undecided', { queue })}</b>
        <span className={classes.soft}>{more.join(' · ')}</span>
      </div>
      {trial.rules.length > 0 ? <h3 className={classes.subTitle}>{t('try.each')}</h3> : null}
      <ol className={classes.verdicts}>
        {trial.rules.map((v, i) => <VerdictItem key={v.id || i} verdict={v} />)}
      </ol>
    </>
  );
}

function VerdictItem({ verdict: v }: { verdict: Verdict }) {
  const { t } = useTranslation('rules');
  const kind = v.result === 'matched' ? 'good' : v.result === 'failed' ? 'bad' : 'off';
  return (
    <li data-unreached={v.reached ? undefined : true}>
      <span className={classes.diffHead}>
        <b dir="auto">{v.name}</b>
        <Tag kind={kind}>{v.decides ? t('try.decidesMark') : t(`try.result.${v.result}`)}</Tag>
        {v.reached ? null : <span className={classes.soft}>{t('try.unreached')}</span>}
      </span>
      {v.error ? <span className={classes.wrong} dir="auto">{v.error}</span> : null}
      <ul className={classes.steps}>
        {v.steps.map((s, i) => (
          <li key={i} data-result={s.result}>
            <code dir="ltr">{s.text}</code> <b>{t(`try.step.${s.result as 'matched'}`)}</b>
            {s.error && s.error !== v.error ? <span className={classes.wrong}>: {s.error}</span> : null}
            {s.values.filter((x) => x.name !== s.text).map((x) => <span key={x.name} className={classes.value}><code dir="ltr">{x.name}</code> = <code dir="auto">{x.value}</code></span>)}
          </li>
        ))}
      </ul>
    </li>
  );
}
