import { NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core';
import '@mantine/core/styles/NumberInput.layer.css';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import { channelName } from '@/ui/channels';
import classes from './admin.module.css';
import { Calendar } from './calendar/Calendar';
import { distinct, hoursPaths, overlap } from './calendar/hours';
import { channelCost, channels } from './channels';
import { EditorForm } from './Editor';
import { below } from './problem';
import { AfterHours } from './queue/AfterHours';
import { PolicyPicker } from './queue/PolicyPicker';
import { useQueuePreview, type Preview } from './queue/preview';
import { useQueueParts } from './queue/useQueueParts';
import './queue/words';
import { useQueues } from './queries';
import { changedParts, editQueue, newQueue, orders, queuePatch, type Order, type QueueValues } from './queueForm';
import { Requirements } from './Requirements';
import { DurationInput } from './rings/DurationInput';
import { Hint } from './rings/Hint';
import { checkPlan, does, planPaths } from './rings/plan';
import { RingPlan } from './rings/RingPlan';
import { Section } from './Sections';
import type { Queue, QueuePatch } from './types';
import { putPart, useSave } from './useSave';

const back = '/admin/queues';
const plain = ['name', 'open', 'priority', 'offer_seconds', 'auto_accept', 'preferred_seconds', 'target_seconds', 'target_share', 'expire_hours', 'requeue_minutes', 'requirements',
  'policy', 'reserve', 'order', 'weight', 'alert_declines', 'after_hours', 'after_hours_queue_id'];
const fields = [...plain, ...channels.map((c) => `costs.${c}`)];

type Form = UseFormReturnType<QueueValues>;

export function QueueForm({ queue }: { queue?: Queue }) {
  const { t } = useTranslation(['admin', 'queue', 'rings', 'calendar']);
  const navigate = useNavigate();
  const release = useRef(() => {});
  const form = useForm<QueueValues>({
    initialValues: queue ? editQueue(queue) : newQueue(),
    validate: (v) => {
      const faults: Record<string, string> = {};
      if (v.name.trim() === '') faults['name'] = t('required');
      if (v.hours && [...Object.values(v.hours.week), ...Object.values(v.hours.holidays)].some(overlap)) faults['hours'] = t('calendar:overlap');
      if (v.hours && v.after_hours === 'overflow' && v.after_hours_queue_id === '') faults['after_hours_queue_id'] = t('queue:after.missing');
      const plan = checkPlan(v.rings, { nothing: t('rings:nothing'), choose: t('rings:pick') });
      for (const [path, words] of Object.entries(plan)) faults[`rings.${path}`] = words;
      return faults;
    },
  });
  const { save, saving, faults } = useSave({
    form,
    fields: [...fields, ...planPaths('rings', form.values.rings), ...hoursPaths('hours', form.values.hours)],
    send: (v) =>
      queue
        ? call(client.PATCH('/queues/{id}', { params: { path: { id: queue.id } }, body: changedParts(queuePatch(form.getInitialValues()), queuePatch(v)) }))
        : call(client.POST('/queues', { body: queuePatch(v) })),
    changes: [keys.queues, keys.board, keys.me],
    onSaved: () => {
      release.current();
      void navigate(back);
    },
  });
  const preview = useQueuePreview({ ...(queue ? { id: queue.id } : {}), queue: drafted(form.values) }, form.values.rings);
  const parts = useQueueParts(form.values, form.errors, preview);
  const plans = (useQueues().data?.items ?? []).flatMap((q) => (q.id !== queue?.id && q.rings?.length ? [{ name: q.name, rings: q.rings }] : []));
  return (
    <EditorForm dirty={form.isDirty()} saving={saving} faults={faults} submit={t(queue ? 'save' : 'create')} back={back} parts={parts}
      onGuard={(r) => { release.current = r; }} onSubmit={form.onSubmit(save)}
      {...(queue ? { removal: { name: queue.name, text: t('queue.removeText'), changes: [keys.queues, keys.board], send: () => call(client.DELETE('/queues/{id}', { params: { path: { id: queue.id } } })) } } : {})}>
      <Section id="q-basics" title={t('queue:nav.basics')}>
        <TextInput label={t('queue.name')} required data-autofocus={queue ? undefined : true} maxLength={100} {...form.getInputProps('name')} />
        <Switch label={t('queue.openLabel')} description={t('queue.openHelp')} {...form.getInputProps('open', { type: 'checkbox' })} />
      </Section>
      <Section id="q-who" title={t('requirements.title')}>
        <Requirements value={form.values.requirements} onChange={(v) => putPart(form, 'requirements', v)} error={form.errors['requirements'] as string | undefined} />
        <Hint words={preview?.hints['requirements']} />
      </Section>
      <Choosing form={form} preview={preview} />
      <Section id="q-wait" title={t('queue:nav.wait')}>
        <RingPlan value={form.values.rings} onChange={(v) => putPart(form, 'rings', v)} errors={below(form.errors, 'rings')} requirements={form.values.requirements} preview={preview} queueId={queue?.id}
          expireHours={Number(form.values.expire_hours) || undefined} others={plans} />
      </Section>
      <Levels form={form} />
      <Line form={form} />
      <Times form={form} queue={queue} hint={preview?.hints['after_hours_queue_id']} />
      <Section id="q-costs" title={t('queue.section.costs')} help={t('queue.costsHelp', { usual: channels.map((c) => `${channelName[c]} ${String(channelCost[c])}`).join(', ') })}>
        <div className={classes.columns} data-narrow>
          {channels.map((c) => (
            <div key={c}>
              <NumberInput label={t('queue.cost', { channel: channelName[c] })} min={0} max={100} allowDecimal={false} placeholder={String(channelCost[c])} {...form.getInputProps(`costs.${c}`)} />
              <Hint words={preview?.hints[`costs.${c}`]} />
            </div>
          ))}
        </div>
      </Section>
    </EditorForm>
  );
}

/** What the preview is asked about: steps that do nothing yet are left out, and so are fields that it does not look at. */
function drafted(v: QueueValues): QueuePatch {
  const patch = queuePatch({ ...v, rings: v.rings.filter(does) });
  delete patch.name;
  delete patch.hours;
  return patch;
}

function Choosing({ form, preview }: { form: Form; preview: Preview | undefined }) {
  const { t } = useTranslation('queue');
  return (
    <Section id="q-policy" title={t('policy.title')} help={t('policy.help')}>
      <PolicyPicker value={form.values.policy} onChange={(v) => putPart(form, 'policy', v)} error={form.errors['policy'] as string | undefined} />
      <div className={classes.columns}>
        <DurationInput label={t('admin:queue.preferred')} description={t('admin:queue.preferredHelp')} value={form.values.preferred_seconds} max={86_400} error={form.errors['preferred_seconds']}
          onChange={(v) => putPart(form, 'preferred_seconds', v)} />
        <NumberInput label={t('policy.reserve')} description={t('policy.reserveHelp')} min={0} max={1000} allowDecimal={false} {...form.getInputProps('reserve')} />
      </div>
      {Number(form.values.reserve) > 0 ? <p className={classes.help}>{t('policy.reserveCost')}</p> : null}
      <Hint words={preview?.hints['reserve']} />
    </Section>
  );
}

function Levels({ form }: { form: Form }) {
  const { t } = useTranslation('admin');
  return (
    <>
      <Section id="q-level" title={t('queue.section.target')} columns>
        <DurationInput label={t('queue.target')} description={t('queue.targetHelp')} value={form.values.target_seconds} max={604_800} error={form.errors['target_seconds']} onChange={(v) => putPart(form, 'target_seconds', v)} />
        <NumberInput label={t('queue.share')} description={t('queue.shareHelp')} min={1} max={100} allowDecimal={false} suffix=" %" {...form.getInputProps('target_share')} />
      </Section>
      <Section id="q-offers" title={t('queue.section.offer')}>
        <Switch label={t('queue.auto')} description={t('queue.autoHelp')} {...form.getInputProps('auto_accept', { type: 'checkbox' })} />
        <div className={classes.columns}>
          {form.values.auto_accept ? null : (
            <DurationInput label={t('queue.offer')} description={t('queue.offerHelp')} value={form.values.offer_seconds} max={600} in={['seconds', 'minutes']} error={form.errors['offer_seconds']} onChange={(v) => putPart(form, 'offer_seconds', v)} />
          )}
          <NumberInput label={t('queue:order.alert')} description={t('queue:order.alertHelp')} min={0} max={100} allowDecimal={false} {...form.getInputProps('alert_declines')} />
        </div>
      </Section>
    </>
  );
}

function Line({ form }: { form: Form }) {
  const { t } = useTranslation('admin');
  const number = (key: keyof QueueValues & string, label: string, help: string, min: number, max: number, more = {}) => (
    <NumberInput label={label} description={help} min={min} max={max} allowDecimal={false} {...more} {...form.getInputProps(key)} />
  );
  return (
    <Section id="q-line" title={t('queue.section.line')}>
      <div>
        <span className={classes.fieldLabel} id="queue-order">{t('queue:order.title')}</span>
        <SegmentedControl aria-labelledby="queue-order" value={form.values.order} onChange={(v) => putPart(form, 'order', v as Order)} data={orders.map((o) => ({ value: o, label: t(`queue:order.${o}`) }))} />
        <p className={classes.help}>{t(`queue:order.${form.values.order}Help`)}</p>
        {form.errors['order'] ? <p className={classes.fault} role="alert">{form.errors['order']}</p> : null}
      </div>
      <div className={classes.columns} data-wide>
        {number('priority', t('queue.priority'), t('queue.priorityHelp'), -1000, 1000)}
        {number('weight', t('queue:order.weight'), t('queue:order.weightHelp'), 1, 1000, { suffix: ' %' })}
        {number('requeue_minutes', t('queue.requeue'), t('queue.requeueHelp'), 0, 1440)}
        {number('expire_hours', t('queue.expire'), t('queue.expireHelp'), 1, 720)}
      </div>
    </Section>
  );
}

function Times({ form, queue, hint }: { form: Form; queue: Queue | undefined; hint: string | undefined }) {
  const { t } = useTranslation('calendar');
  const others = (useQueues().data?.items ?? []).filter((q) => q.id !== queue?.id);
  return (
    <Section id="q-hours" title={t('queue.title')}>
      <Calendar whose="queue" value={form.values.hours} onChange={(v) => putPart(form, 'hours', v)} errors={below(form.errors, 'hours')} others={distinct(others)} />
      {form.values.hours === null ? null : (
        <AfterHours value={form.values.after_hours} queue={form.values.after_hours_queue_id} queues={others} hint={hint}
          errors={{ value: form.errors['after_hours'] as string | undefined, queue: form.errors['after_hours_queue_id'] as string | undefined }}
          onChange={(v) => putPart(form, 'after_hours', v)} onQueue={(v) => putPart(form, 'after_hours_queue_id', v)} />
      )}
    </Section>
  );
}
