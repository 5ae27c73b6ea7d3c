import { ActionIcon, Button, TextInput, UnstyledButton } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactDetail } from '@/api/types';
import { usePatchContact } from './api';
import classes from './CustomerPanel.module.css';
import { Editable } from './Editable';
import { Section } from './Section';

/** Whatever else is known, by name. */
export function Fields({ contact, may }: { contact: ContactDetail; may: boolean }) {
  const { t } = useTranslation('customer');
  const patch = usePatchContact(contact.id);
  const [adding, setAdding] = useState(false);
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const entries = Object.entries(contact.fields);
  const put = (key: string, text: string) => patch.mutate({ fields: { ...contact.fields, [key]: text } });
  const remove = (key: string) => {
    patch.mutate({ fields: Object.fromEntries(entries.filter(([k]) => k !== key)) });
  };
  function submit(e: FormEvent) {
    e.preventDefault();
    if (!name.trim()) return;
    put(name.trim(), value.trim());
    setName('');
    setValue('');
    setAdding(false);
  }
  if (entries.length === 0 && !may) return null;
  return (
    <Section title={t('fields.title')}>
      <dl className={classes.fields}>
        {entries.map(([key, text]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd className={classes.fieldValue}>
              <Editable label={key} value={text} may={may} onSave={(v) => put(key, v)} />
              {may && <ActionIcon className={classes.remove} onClick={() => remove(key)} aria-label={t('fields.remove', { name: key })}><IconX size={13} /></ActionIcon>}
            </dd>
          </div>
        ))}
      </dl>
      {may && !adding && <UnstyledButton className={classes.more} onClick={() => setAdding(true)}><IconPlus size={13} aria-hidden /> {t('fields.add')}</UnstyledButton>}
      {adding && (
        <form className={classes.addField} onSubmit={submit}>
          <TextInput size="xs" autoFocus aria-label={t('fields.name')} placeholder={t('fields.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} />
          <TextInput size="xs" aria-label={t('fields.value')} placeholder={t('fields.value')} value={value} onChange={(e) => setValue(e.currentTarget.value)} />
          <Button size="compact-sm" type="submit" disabled={!name.trim()}>{t('fields.save')}</Button>
          <Button size="compact-sm" variant="default" onClick={() => setAdding(false)}>{t('edit.cancel')}</Button>
        </form>
      )}
    </Section>
  );
}
