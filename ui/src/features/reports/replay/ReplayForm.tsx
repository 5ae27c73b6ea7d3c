import { Button, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import '@mantine/core/styles/NumberInput.layer.css';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import type { ReplayRequest } from './figures';
import classes from './replay.module.css';

interface Props {
  from: string;
  to: string;
  today: string;
  busy: boolean;
  onStart: (request: ReplayRequest) => void;
}

/** Period, queues and what is to be otherwise. */
export function ReplayForm({ from, to, today, busy, onStart }: Props) {
  const { t } = useTranslation('replay');
  const queues = useQuery({ queryKey: keys.queues, queryFn: () => call(client.GET('/queues')) });
  const policies = useQuery({ queryKey: [...keys.queues, 'policies'], queryFn: () => call(client.GET('/policies')) });
  const [days, setDays] = useState({ from, to });
  const [policy, setPolicy] = useState<string | null>(null);
  const [rings, setRings] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const [numbers, setNumbers] = useState<{ reserve?: number | undefined; offer_seconds?: number | undefined; preferred_seconds?: number | undefined }>({});
  const number = (name: keyof typeof numbers, label: string, min: number, max: number, disabled = false) => (
    <NumberInput label={label} placeholder={t('form.asThen')} min={min} max={max} allowDecimal={false} hideControls disabled={disabled} value={numbers[name] ?? ''}
      onChange={(v) => setNumbers((old) => ({ ...old, [name]: typeof v === 'number' ? v : undefined }))} />
  );
  const start = () => {
    const { reserve, offer_seconds, preferred_seconds } = numbers;
    onStart({
      from: days.from, to: days.to,
      ...(offer_seconds === undefined ? {} : { offer_seconds }),
      ...(preferred_seconds === undefined ? {} : { preferred_seconds }),
      ...(policy ? { policy, ...(reserve === undefined ? {} : { reserve }) } : {}),
      ...(rings === 'none' ? { rings: [] } : {}),
      ...(chosen.length > 0 ? { queue_ids: chosen } : {}),
    });
  };
  return (
    <form className={classes.form} aria-label={t('form.label')} onSubmit={(e) => { e.preventDefault(); start(); }}>
      {(['from', 'to'] as const).map((which) => (
        <TextInput key={which} type="date" required withAsterisk={false} label={t(`form.${which}`)} max={today} value={days[which]}
          onChange={(e) => { const day = e.currentTarget.value; setDays((old) => ({ ...old, [which]: day })); }} />
      ))}
      <Select label={t('form.policy')} placeholder={t('form.asItWas')} clearable value={policy} onChange={setPolicy} withScrollArea={false} classNames={{ options: classes.options }}
        data={(policies.data?.items ?? []).map((p) => (typeof p === 'string' ? p : p.name))} />
      <MultiSelect label={t('form.queues')} placeholder={chosen.length === 0 ? t('form.allQueues') : ''} clearable value={chosen} onChange={setChosen} withScrollArea={false} classNames={{ options: classes.options }}
        data={(queues.data?.items ?? []).map((q) => ({ value: q.id, label: q.name }))} />
      {number('reserve', t('form.reserve'), 0, 1000, policy === null)}
      {number('offer_seconds', t('form.offer'), 5, 600)}
      {number('preferred_seconds', t('form.preferred'), 0, 86400)}
      <Select label={t('form.rings')} placeholder={t('form.asThen')} clearable value={rings} onChange={setRings} data={[{ value: 'none', label: t('form.noRings') }]} />
      <Button type="submit" loading={busy} className={classes.start}>{t('form.start')}</Button>
    </form>
  );
}
