import { NativeSelect, NumberInput, PasswordInput, Switch, Textarea, TextInput } from '@mantine/core';
import '@mantine/core/styles/NumberInput.layer.css';
import { useForm } from '@mantine/form';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import classes from './admin.module.css';
import { EditorForm } from './Editor';
import { checkInbox, editInbox, inboxPatch, nameFrom, newInbox, type InboxValues } from './inboxForm';
import { useQueues } from './queries';
import { Section } from './Sections';
import { Requirements } from './Requirements';
import type { InboxItem, Provider, Setting } from './types';
import { useSave } from './useSave';

const back = '/admin/inboxes';

interface Props {
  provider: Provider;
  inbox?: InboxItem;
  onCreated?: (inbox: InboxItem) => void;
}

/** An inbox; what its provider needs to know comes from the provider's own list of settings. */
export function InboxForm({ provider, inbox, onCreated }: Props) {
  const { t } = useTranslation('admin');
  const navigate = useNavigate();
  const queues = useQueues().data?.items ?? [];
  const named = useRef(inbox !== undefined);
  const release = useRef(() => {});
  const form = useForm<InboxValues>({
    initialValues: inbox ? editInbox(inbox, provider) : newInbox(provider, queues[0]?.id ?? ''),
    validate: (v) => {
      const faults = checkInbox(v, provider, inbox);
      return Object.fromEntries(Object.entries(faults).map(([field, why]) => [field, t(why === 'name' ? 'inbox.nameWrong' : 'required')]));
    },
  });
  const { save, saving, faults } = useSave({
    form,
    fields: ['label', 'name', 'queue_id', 'enabled', 'csat', 'priority', 'greeting', 'requirements', ...provider.settings.map((s) => pathOf(s))],
    send: (v) =>
      inbox
        ? call<InboxItem>(client.PATCH('/inboxes/{id}', { params: { path: { id: inbox.id } }, body: inboxPatch(v, true) }))
        : call<InboxItem>(client.POST('/inboxes', { body: inboxPatch(v, false) })),
    changes: [keys.inboxes],
    onSaved: (made) => {
      release.current();
      if (inbox === undefined && onCreated) onCreated(made);
      else void navigate(back);
    },
  });
  return (
    <EditorForm dirty={form.isDirty()} saving={saving} faults={faults} submit={t(inbox ? 'save' : 'create')} back={back}
      onGuard={(r) => { release.current = r; }} onSubmit={form.onSubmit(save)}
      {...(inbox ? { removal: { name: inbox.label || inbox.name, text: t('inbox.removeText'), changes: [keys.inboxes], send: () => call(client.DELETE('/inboxes/{id}', { params: { path: { id: inbox.id } } })) } } : {})}>
      <TextInput label={t('inbox.label')} description={t('inbox.labelHelp')} required maxLength={100} data-autofocus={inbox ? undefined : true} {...form.getInputProps('label')}
        onChange={(e) => {
          const label = e.currentTarget.value;
          form.setFieldValue('label', label);
          if (!named.current) form.setFieldValue('name', nameFrom(label));
        }} />
      {inbox ? null : (
        <TextInput label={t('inbox.name')} description={t('inbox.nameHelp')} required maxLength={60} {...form.getInputProps('name')}
          onChange={(e) => {
            named.current = true;
            form.setFieldValue('name', e.currentTarget.value);
          }} />
      )}
      <NativeSelect label={t('inbox.queue')} required data={queues.map((q) => ({ value: q.id, label: q.name }))}
        description={queues.length === 0 ? t('inbox.noQueues') : undefined} {...form.getInputProps('queue_id')} />
      <Switch label={t('inbox.enabled')} description={t('inbox.enabledHelp')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
      {provider.settings.length > 0 ? (
        <Section title={t('inbox.settings', { provider: provider.label })}>
          {provider.settings.map((s) => <SettingField key={s.key} setting={s} kept={inbox?.secrets_set[s.key] === true} props={form.getInputProps(pathOf(s))} />)}
        </Section>
      ) : null}
      <Section title={t('inbox.more')}>
        <Switch label={t('inbox.csat')} {...form.getInputProps('csat', { type: 'checkbox' })} />
        {provider.channel === 'webchat' ? (
          <Textarea label={t('inbox.greeting')} description={t('inbox.greetingHelp')} maxLength={500} autosize minRows={2} {...form.getInputProps('greeting')} />
        ) : null}
        <NumberInput label={t('inbox.priority')} description={t('inbox.priorityHelp')} min={-1000} max={1000} allowDecimal={false} {...form.getInputProps('priority')} />
        <div>
          <span className={classes.fieldLabel}>{t('requirements.title')}</span>
          <Requirements value={form.values.requirements} onChange={(v) => form.setFieldValue('requirements', v)} error={form.errors['requirements'] as string | undefined} />
        </div>
      </Section>
    </EditorForm>
  );
}

function pathOf(s: Setting): string {
  return `${s.secret ? 'secrets' : 'config'}.${s.key}`;
}

function SettingField({ setting: s, kept, props }: { setting: Setting; kept: boolean; props: object }) {
  const { t } = useTranslation('admin');
  if (!s.secret) return <TextInput label={s.label} description={s.help} required={s.required} autoComplete="off" {...props} />;
  return (
    <PasswordInput label={s.label} description={[s.help, t(kept ? 'inbox.secretSet' : 'inbox.secretNew')].filter(Boolean).join(' ')}
      required={s.required && !kept} placeholder={kept ? '••••••••••••' : undefined} autoComplete="new-password" data-1p-ignore {...props} />
  );
}
