import { NumberInput, Switch, TextInput } from '@mantine/core';
import '@mantine/core/styles/NumberInput.layer.css';
import { useForm } from '@mantine/form';
import { useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import { channelName } from '@/ui/channels';
import classes from './admin.module.css';
import { channelCost, channels } from './channels';
import { EditorForm } from './Editor';
import { HoursEditor } from './HoursEditor';
import { overlap } from './hours';
import { editQueue, newQueue, queuePatch, type QueueValues } from './queueForm';
import { Requirements } from './Requirements';
import type { Queue } from './types';
import { useSave } from './useSave';

const back = '/admin/queues';
const plain = ['name', 'open', 'priority', 'offer_seconds', 'auto_accept', 'preferred_seconds', 'target_seconds', 'target_share', 'expire_hours', 'requeue_minutes', 'requirements'];
const fields = [...plain, ...channels.map((c) => `costs.${c}`)];

/** Faults of the calendar keep their path: the editor puts them at the day. */
export function below(errors: Record<string, ReactNode>, prefix: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [path, text] of Object.entries(errors)) {
    if (path === prefix) out[''] = String(text);
    else if (path.startsWith(`${prefix}.`)) out[path.slice(prefix.length + 1)] = String(text);
  }
  return out;
}

export function QueueForm({ queue }: { queue?: Queue }) {
  const { t } = useTranslation('admin');
  const navigate = useNavigate();
  const release = useRef(() => {});
  const form = useForm<QueueValues>({
    initialValues: queue ? editQueue(queue) : newQueue(),
    validate: {
      name: (v) => (v.trim() === '' ? t('required') : null),
      hours: (h) => (h && [...Object.values(h.week), ...Object.values(h.holidays)].some(overlap) ? t('hours.overlap') : null),
    },
  });
  const { save, saving, faults } = useSave({
    form,
    fields: [...fields, ...hoursPaths(form.values)],
    send: (v) =>
      queue
        ? call(client.PATCH('/queues/{id}', { params: { path: { id: queue.id } }, body: queuePatch(v) }))
        : call(client.POST('/queues', { body: queuePatch(v) })),
    changes: [keys.queues, keys.board, keys.me],
    onSaved: () => {
      release.current();
      void navigate(back);
    },
  });
  const number = (key: keyof QueueValues & string, min: number, max: number, help?: string) => (
    <NumberInput label={t(`queue.${labels[key] ?? key}`)} description={help} min={min} max={max} allowDecimal={false} {...form.getInputProps(key)} />
  );
  return (
    <EditorForm dirty={form.isDirty()} saving={saving} faults={faults} submit={t(queue ? 'save' : 'create')} back={back}
      onGuard={(r) => { release.current = r; }} onSubmit={form.onSubmit(save)}
      {...(queue ? { removal: { name: queue.name, text: t('queue.removeText'), changes: [keys.queues, keys.board], send: () => call(client.DELETE('/queues/{id}', { params: { path: { id: queue.id } } })) } } : {})}>
      <TextInput label={t('queue.name')} required data-autofocus={queue ? undefined : true} maxLength={100} {...form.getInputProps('name')} />
      <Switch label={t('queue.openLabel')} description={t('queue.openHelp')} {...form.getInputProps('open', { type: 'checkbox' })} />
      <Section title={t('requirements.title')}>
        <Requirements value={form.values.requirements} onChange={(v) => form.setFieldValue('requirements', v)} error={form.errors['requirements'] as string | undefined} />
      </Section>
      <Section title={t('queue.section.target')} columns>
        {number('target_seconds', 1, 604_800, t('queue.targetHelp'))}
        {number('target_share', 1, 100)}
      </Section>
      <Section title={t('queue.section.offer')}>
        <Switch label={t('queue.auto')} description={t('queue.autoHelp')} {...form.getInputProps('auto_accept', { type: 'checkbox' })} />
        {form.values.auto_accept ? null : number('offer_seconds', 5, 600, t('queue.offerHelp'))}
        {number('preferred_seconds', 0, 86_400, t('queue.preferredHelp'))}
      </Section>
      <Section title={t('queue.section.line')} columns>
        {number('priority', -1000, 1000, t('queue.priorityHelp'))}
        {number('requeue_minutes', 0, 1440, t('queue.requeueHelp'))}
        {number('expire_hours', 1, 720, t('queue.expireHelp'))}
      </Section>
      <Section title={t('queue.section.costs')} help={t('queue.costsHelp', { usual: channels.map((c) => `${channelName[c]} ${String(channelCost[c])}`).join(', ') })} columns>
        {channels.map((c) => (
          <NumberInput key={c} label={t('queue.cost', { channel: channelName[c] })} min={0} max={1000} allowDecimal={false}
            placeholder={String(channelCost[c])} {...form.getInputProps(`costs.${c}`)} />
        ))}
      </Section>
      <Section title={t('hours.title')}>
        <HoursEditor value={form.values.hours} onChange={(v) => form.setFieldValue('hours', v)} errors={below(form.errors, 'hours')} />
      </Section>
    </EditorForm>
  );
}

const labels: Partial<Record<keyof QueueValues, string>> = {
  target_seconds: 'target', target_share: 'share', offer_seconds: 'offer', preferred_seconds: 'preferred',
  expire_hours: 'expire', requeue_minutes: 'requeue',
};

// Each place of the calendar that can show a fault of its own.
function hoursPaths(v: QueueValues): string[] {
  if (v.hours === null) return ['hours'];
  return ['hours', 'hours.zone', 'hours.week', 'hours.holidays',
    ...Object.keys(v.hours.week).map((d) => `hours.week.${d}`), ...Object.keys(v.hours.holidays).map((d) => `hours.holidays.${d}`)];
}

export function Section({ title, help, columns = false, children }: { title: string; help?: string; columns?: boolean; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={title}>
      <h3 className={classes.sectionTitle}>{title}</h3>
      {help ? <p className={classes.help}>{help}</p> : null}
      <div className={columns ? classes.columns : classes.stack}>{children}</div>
    </section>
  );
}
