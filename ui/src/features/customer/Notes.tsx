import { ActionIcon, Button, Textarea } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/session';
import type { ContactDetail, Note } from '@/api/types';
import { composing } from '@/ui/hotkeys';
import { brief, dateTime } from '@/ui/time';
import { useAddNote, useDeleteNote } from './api';
import classes from './CustomerPanel.module.css';
import { Section } from './Section';

export function Notes({ contact, may }: { contact: ContactDetail; may: boolean }) {
  const { t } = useTranslation('customer');
  const add = useAddNote(contact.id);
  const [text, setText] = useState('');
  function submit(e?: FormEvent) {
    e?.preventDefault();
    const note = text.trim();
    if (!note || add.isPending) return;
    add.mutate(note, { onSuccess: () => setText('') });
  }
  return (
    <Section title={t('notes.title')}>
      {may && (
        <form onSubmit={submit} className={classes.noteForm}>
          <Textarea size="sm" rows={text ? 3 : 1} value={text} onChange={(e) => setText(e.currentTarget.value)} placeholder={t('notes.add')} aria-label={t('notes.add')} maxLength={5000}
            onKeyDown={(e) => {
              if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && !composing(e.nativeEvent)) submit();
            }} />
          {text.trim() && <Button type="submit" size="compact-sm" loading={add.isPending}>{t('notes.save')}</Button>}
        </form>
      )}
      {contact.notes.length === 0 && !may && <p className={classes.soft}>{t('notes.none')}</p>}
      <ul className={classes.notes}>
        {contact.notes.map((n) => <NoteRow key={n.id} note={n} contactId={contact.id} />)}
      </ul>
    </Section>
  );
}

function NoteRow({ note: n, contactId }: { note: Note; contactId: string }) {
  const { t } = useTranslation('customer');
  const me = useMe();
  const del = useDeleteNote(contactId);
  const [asking, ask] = useState(false);
  const may = n.agent_id === me.agent.id || me.actions.includes('conversation:assign');
  return (
    <li className={classes.note}>
      <p dir="auto">{n.text}</p>
      <div className={classes.noteFoot}>
        <span title={dateTime(n.at)}>{n.agent_name || t('notes.someone')} · {brief(n.at)}</span>
        {may && !asking && <ActionIcon onClick={() => ask(true)} aria-label={t('notes.delete')}><IconTrash size={14} /></ActionIcon>}
        {asking && (
          <>
            <Button size="compact-xs" color="red" loading={del.isPending} onClick={() => del.mutate(n.id)}>{t('notes.confirm')}</Button>
            <Button size="compact-xs" variant="default" onClick={() => ask(false)}>{t('notes.keep')}</Button>
          </>
        )}
      </div>
    </li>
  );
}
