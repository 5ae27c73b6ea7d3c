import { Checkbox, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useInboxes } from '../queries';
import { tagsOf } from './drafts';
import { fieldsOf, fieldsText, localOf, momentOf } from './factsText';
import classes from './rules.module.css';
import type { Facts } from './types';

/** Facts to try rules on, made up or taken from a conversation and changed. */
export function FactsForm({ value: f, onChange }: { value: Facts; onChange: (next: Facts) => void }) {
  const { t } = useTranslation('rules');
  const inboxes = useInboxes().data?.items ?? [];
  const [tags, setTags] = useState((f.contact?.tags ?? []).join(', '));
  const [fields, setFields] = useState(fieldsText(f.contact?.fields ?? {}));
  const contact = (change: Partial<NonNullable<Facts['contact']>>) => onChange({ ...f, contact: { ...f.contact, ...change } });
  const text = (key: 'language' | 'country' | 'email') => (
    <TextInput label={t(`facts.${key}`)} value={f.contact?.[key] ?? ''} onChange={(e) => contact({ [key]: e.currentTarget.value })} />
  );
  return (
    <div className={classes.facts}>
      <NativeSelect label={t('facts.inbox')} value={f.inbox ?? ''} onChange={(e) => onChange({ ...f, inbox: e.currentTarget.value, channel: '' })}
        data={[{ value: '', label: t('facts.anyInbox') }, ...inboxes.map((x) => ({ value: x.name, label: x.label || x.name }))]} />
      <TextInput type="datetime-local" label={t('facts.at')} value={f.at ? localOf(f.at) : ''} onChange={(e) => onChange(withMoment(f, e.currentTarget.value))} />
      <Textarea className={classes.wide} label={t('facts.text')} autosize minRows={2} maxRows={6} value={f.text ?? ''} onChange={(e) => onChange({ ...f, text: e.currentTarget.value })} />
      {text('language')}
      {text('country')}
      {text('email')}
      <NumberInput label={t('facts.value')} min={0} value={(f.contact?.value?.minor ?? 0) / 100} onChange={(n) => contact({ value: { minor: Math.round(Number(n) * 100), currency: f.contact?.value?.currency || 'EUR' } })} />
      <TextInput label={t('facts.tags')} value={tags} onChange={(e) => { setTags(e.currentTarget.value); contact({ tags: tagsOf(e.currentTarget.value) }); }} />
      <TextInput label={t('facts.page')} value={f.page ?? ''} onChange={(e) => onChange({ ...f, page: e.currentTarget.value })} />
      <TextInput label={t('facts.company')} value={f.company?.name ?? ''} onChange={(e) => onChange({ ...f, company: { ...f.company, name: e.currentTarget.value } })} />
      <NumberInput label={t('facts.employees')} min={0} allowDecimal={false} value={f.company?.employees ?? 0} onChange={(n) => onChange({ ...f, company: { ...f.company, employees: Number(n) || 0 } })} />
      <Textarea className={classes.wide} label={t('facts.fields')} description={t('facts.fieldsHelp')} autosize minRows={1} maxRows={5} value={fields}
        onChange={(e) => { setFields(e.currentTarget.value); contact({ fields: fieldsOf(e.currentTarget.value) }); }} />
      <Checkbox label={t('facts.vip')} checked={f.contact?.vip ?? false} onChange={(e) => contact({ vip: e.currentTarget.checked })} />
      <Checkbox label={t('facts.returning')} checked={f.returning ?? false} onChange={(e) => onChange({ ...f, returning: e.currentTarget.checked })} />
      <Checkbox label={t('facts.reopened')} checked={f.reopened ?? false} onChange={(e) => onChange({ ...f, reopened: e.currentTarget.checked })} />
    </div>
  );
}

function withMoment(f: Facts, local: string): Facts {
  const next = { ...f };
  const at = momentOf(local);
  if (at) next.at = at;
  else delete next.at;
  return next;
}
