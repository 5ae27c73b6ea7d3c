import { NumberInput, PasswordInput, SegmentedControl, Switch, TextInput } from '@mantine/core';
import '@mantine/core/styles/NumberInput.layer.css';
import { useForm } from '@mantine/form';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import { channelName } from '@/ui/channels';
import classes from './admin.module.css';
import { agentPatch, editAgent, newAgent, type AgentValues } from './agentForm';
import { channels } from './channels';
import { EditorForm } from './Editor';
import { LevelSelect } from './SkillMatrix';
import { Section } from './QueueForm';
import { useSkills } from './queries';
import type { Agent, Role } from './types';
import { useSave } from './useSave';

const back = '/admin/agents';
const roles: readonly Role[] = ['agent', 'supervisor', 'admin'];
const fields = ['name', 'email', 'password', 'role', 'enabled', 'capacity', 'skills', ...channels.map((c) => `channel_limits.${c}`)];

export function AgentForm({ agent }: { agent?: Agent }) {
  const { t } = useTranslation('admin');
  const navigate = useNavigate();
  const skills = useSkills().data?.items ?? [];
  const release = useRef(() => {});
  const form = useForm<AgentValues>({
    initialValues: agent ? editAgent(agent) : newAgent(),
    validate: {
      name: (v) => (v.trim() === '' ? t('required') : null),
      email: (v) => (v.trim() === '' ? t('required') : null),
      password: (v) => (v === '' ? (agent ? null : t('required')) : v.length < 10 ? t('agent.passwordHelp') : null),
    },
  });
  const { save, saving, faults } = useSave({
    form,
    fields,
    send: (v) =>
      agent
        ? call(client.PATCH('/agents/{id}', { params: { path: { id: agent.id } }, body: agentPatch(v) }))
        : call(client.POST('/agents', { body: agentPatch(v) })),
    changes: [keys.agents, keys.me],
    onSaved: () => {
      release.current();
      void navigate(back);
    },
  });
  return (
    <EditorForm dirty={form.isDirty()} saving={saving} faults={faults} submit={t(agent ? 'save' : 'create')} back={back}
      onGuard={(r) => { release.current = r; }} onSubmit={form.onSubmit(save)}>
      <TextInput label={t('agent.name')} description={t('agent.nameHelp')} required maxLength={100} autoComplete="off"
        data-autofocus={agent ? undefined : true} {...form.getInputProps('name')} />
      <TextInput label={t('agent.email')} description={t('agent.emailHelp')} type="email" required maxLength={200} autoComplete="off" {...form.getInputProps('email')} />
      <PasswordInput label={t(agent ? 'agent.passwordNew' : 'agent.password')} required={!agent} maxLength={200} autoComplete="new-password"
        description={agent ? `${t('agent.passwordHelp')} ${t('agent.passwordKeep')}` : t('agent.passwordHelp')} {...form.getInputProps('password')} />
      <div>
        <span className={classes.fieldLabel} id="agent-role">{t('agent.role')}</span>
        <SegmentedControl fullWidth aria-labelledby="agent-role" data={roles.map((r) => ({ value: r, label: t(`agent.roles.${r}`) }))} {...form.getInputProps('role')} />
        <p className={classes.help}>{t(`agent.roleHelp.${form.values.role}`)}</p>
        {form.errors['role'] ? <p className={classes.fault} role="alert">{form.errors['role']}</p> : null}
      </div>
      <Switch label={t('agent.enabled')} description={t('agent.enabledHelp')} error={form.errors['enabled']} {...form.getInputProps('enabled', { type: 'checkbox' })} />
      <Section title={t('agent.skills')} help={t('agent.skillsHelp')}>
        {skills.length === 0 ? <p className={classes.soft}>{t('requirements.noSkills')}</p> : null}
        <ul className={classes.skillGrid}>
          {skills.map((s) => (
            <li key={s.id}>
              <label htmlFor={`skill-${s.id}`} dir="auto">{s.name}</label>
              <LevelSelect id={`skill-${s.id}`} level={form.values.skills[s.id] ?? 0} onChange={(level) => form.setFieldValue('skills', { ...form.values.skills, [s.id]: level })} />
            </li>
          ))}
        </ul>
        {form.errors['skills'] ? <p className={classes.fault} role="alert">{form.errors['skills']}</p> : null}
      </Section>
      <Section title={t('queue.section.costs')}>
        <NumberInput label={t('agent.capacity')} description={t('agent.capacityHelp')} min={0} max={1000} allowDecimal={false} {...form.getInputProps('capacity')} />
      </Section>
      <Section title={t('agent.limits')} help={t('agent.limitsHelp')} columns>
        {channels.map((c) => (
          <NumberInput key={c} label={channelName[c]} min={0} max={100} allowDecimal={false} {...form.getInputProps(`channel_limits.${c}`)} />
        ))}
      </Section>
    </EditorForm>
  );
}
