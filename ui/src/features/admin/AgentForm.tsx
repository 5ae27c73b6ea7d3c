import { NumberInput, PasswordInput, SegmentedControl, Switch, TextInput } from '@mantine/core';
import '@mantine/core/styles/NumberInput.layer.css';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import { channelName } from '@/ui/channels';
import classes from './admin.module.css';
import { Costs } from './agent/Costs';
import { Serves } from './agent/Serves';
import { useAgentParts } from './agent/useAgentParts';
import './agent/words';
import { agentPatch, editAgent, fits, newAgent, type AgentValues } from './agentForm';
import { Calendar } from './calendar/Calendar';
import { distinct, hoursPaths, overlap } from './calendar/hours';
import { channels } from './channels';
import { EditorForm } from './Editor';
import { below } from './problem';
import { changedParts } from './queueForm';
import { useAgents, useQueues, useSkills } from './queries';
import { Section } from './Sections';
import { LevelSelect } from './SkillMatrix';
import type { Agent, Role } from './types';
import { putPart, useSave } from './useSave';

const back = '/admin/agents';
const roles: readonly Role[] = ['agent', 'supervisor', 'admin'];
const fields = ['name', 'email', 'password', 'role', 'enabled', 'capacity', 'hard_capacity', 'skills', 'costs', ...channels.map((c) => `channel_limits.${c}`)];

type Form = UseFormReturnType<AgentValues>;

export function AgentForm({ agent }: { agent?: Agent }) {
  const { t } = useTranslation(['admin', 'calendar']);
  const navigate = useNavigate();
  const skills = useSkills().data?.items ?? [];
  const queues = useQueues().data?.items ?? [];
  const release = useRef(() => {});
  const form = useForm<AgentValues>({
    initialValues: agent ? editAgent(agent) : newAgent(),
    validate: {
      name: (v) => (v.trim() === '' ? t('required') : null),
      email: (v) => (v.trim() === '' ? t('required') : null),
      password: (v) => (v === '' ? (agent ? null : t('required')) : v.length < 10 ? t('agent.passwordHelp') : null),
      hours: (h) => (h && [...Object.values(h.week), ...Object.values(h.holidays)].some(overlap) ? t('calendar:overlap') : null),
    },
  });
  const { save, saving, faults } = useSave({
    form,
    fields: [...fields, ...Object.keys(form.values.costs).map((q) => `costs.${q}`), ...hoursPaths('hours', form.values.hours)],
    send: (v) =>
      agent
        ? call(client.PATCH('/agents/{id}', { params: { path: { id: agent.id } }, body: changedParts(agentPatch(form.getInitialValues()), agentPatch(v)) }))
        : call(client.POST('/agents', { body: agentPatch(v) })),
    changes: [keys.agents, keys.me],
    onSaved: () => {
      release.current();
      void navigate(back);
    },
  });
  const parts = useAgentParts(form.values, form.errors);
  return (
    <EditorForm dirty={form.isDirty()} saving={saving} faults={faults} submit={t(agent ? 'save' : 'create')} back={back} parts={parts}
      onGuard={(r) => { release.current = r; }} onSubmit={form.onSubmit(save)}>
      <Person form={form} agent={agent} />
      <Section id="a-skills" title={t('agent.skills')} help={t('agent.skillsHelp')}>
        {skills.length === 0 ? <p className={classes.soft}>{t('requirements.noSkills')}</p> : null}
        <ul className={classes.skillGrid}>
          {skills.map((s) => (
            <li key={s.id}>
              <label htmlFor={`skill-${s.id}`} dir="auto">{s.name}</label>
              <LevelSelect id={`skill-${s.id}`} level={form.values.skills[s.id] ?? 0} onChange={(level) => putPart(form, 'skills', { ...form.values.skills, [s.id]: level })} />
            </li>
          ))}
        </ul>
        {form.errors['skills'] ? <p className={classes.fault} role="alert">{form.errors['skills']}</p> : null}
        <Serves skills={form.values.skills} queues={queues} enabled={form.values.enabled} />
      </Section>
      <Times form={form} agent={agent} />
      <Capacity form={form} />
    </EditorForm>
  );
}

function Person({ form, agent }: { form: Form; agent: Agent | undefined }) {
  const { t } = useTranslation(['admin', 'agentForm']);
  return (
    <Section id="a-person" title={t('agentForm:nav.person')}>
      <div className={classes.columns} data-top>
        <TextInput label={t('agent.name')} description={t('agent.nameHelp')} required maxLength={100} autoComplete="off"
          data-autofocus={agent ? undefined : true} {...form.getInputProps('name')} />
        <TextInput label={t('agent.email')} description={t('agent.emailHelp')} type="email" required maxLength={200} autoComplete="off" {...form.getInputProps('email')} />
      </div>
      <PasswordInput label={t(agent ? 'agent.passwordNew' : 'agent.password')} required={!agent} maxLength={200} autoComplete="new-password"
        description={agent ? `${t('agent.passwordHelp')} ${t('agent.passwordKeep')}` : t('agent.passwordHelp')} {...form.getInputProps('password')} />
      <div>
        <span className={classes.fieldLabel} id="agent-role">{t('agent.role')}</span>
        <SegmentedControl fullWidth aria-labelledby="agent-role" data={roles.map((r) => ({ value: r, label: t(`agent.roles.${r}`) }))} {...form.getInputProps('role')} />
        <p className={classes.help}>{t(`agent.roleHelp.${form.values.role}`)}</p>
        {form.errors['role'] ? <p className={classes.fault} role="alert">{form.errors['role']}</p> : null}
      </div>
      <Switch label={t('agent.enabled')} description={t('agent.enabledHelp')} error={form.errors['enabled']} {...form.getInputProps('enabled', { type: 'checkbox' })} />
    </Section>
  );
}

function Times({ form, agent }: { form: Form; agent: Agent | undefined }) {
  const { t } = useTranslation('calendar');
  const queues = useQueues().data?.items ?? [];
  const people = (useAgents().data?.items ?? []).filter((a) => a.id !== agent?.id);
  const others = distinct([...queues, ...people]);
  return (
    <Section id="a-hours" title={t('agent.title')}>
      <Calendar whose="agent" value={form.values.hours} errors={below(form.errors, 'hours')} others={others}
        onChange={(v) => putPart(form, 'hours', v)} />
    </Section>
  );
}

function Capacity({ form }: { form: Form }) {
  const { t, i18n } = useTranslation('agentForm');
  const queues = useQueues().data?.items ?? [];
  const capacity = Number(form.values.capacity) || 0;
  const room = channels.map((c) => ({ channel: channelName[c], count: fits(capacity, c, form.values.channel_limits[c] ?? '') })).filter((r) => r.count > 0);
  const words = new Intl.ListFormat(i18n.language, { type: 'disjunction' }).format(room.map((r) => t('roomOf', r)));
  const low = form.values.hard_capacity !== '' && Number(form.values.hard_capacity) < capacity;
  return (
    <Section id="a-capacity" title={t('nav.capacity')}>
      <div className={classes.columns}>
        <NumberInput label={t('capacity')} description={t('capacityHelp')} min={0} max={1000} allowDecimal={false} {...form.getInputProps('capacity')} />
        <NumberInput label={t('hard')} description={t('hardHelp')} min={0} max={2000} allowDecimal={false} {...form.getInputProps('hard_capacity')} />
      </div>
      <p className={classes.help} role="status">{room.length > 0 ? t('room', { list: words }) : t('none')} {low ? t('hardLow', { n: capacity }) : ''}</p>
      <div>
        <h4 className={classes.subTitle}>{t('limits')}</h4>
        <p className={classes.help}>{t('limitsHelp')}</p>
        <div className={classes.columns} data-narrow>
          {channels.map((c) => (
            <NumberInput key={c} label={channelName[c]} min={0} max={100} allowDecimal={false} placeholder={t('anyNumber', { count: fits(capacity, c, '') })} {...form.getInputProps(`channel_limits.${c}`)} />
          ))}
        </div>
      </div>
      <div>
        <h4 className={classes.subTitle}>{t('costs')}</h4>
        <p className={classes.help}>{t('costsHelp')}</p>
        {form.errors['costs'] ? <p className={classes.fault} role="alert">{form.errors['costs']}</p> : null}
        <Costs value={form.values.costs} queues={queues} errors={below(form.errors, 'costs')} onChange={(v) => putPart(form, 'costs', v)} />
      </div>
    </Section>
  );
}
