import { Alert, Anchor, Button, Progress } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import '@mantine/core/styles/Progress.layer.css';
import { wordsOf } from '@/api/client';
import { addDays, dayIn } from '../range';
import { useReportZone } from '../useReport';
import { ErrorNote } from '@/ui/ErrorNote';
import type { ReplayJob } from './figures';
import { ReplayForm } from './ReplayForm';
import { ReplayResult } from './ReplayResult';
import classes from './replay.module.css';
import { useCancel, useReplay, useReplays, useStart } from './useReplays';
import './words';

/** A recorded period once more, under other settings. */
export default function ReplayPage() {
  const { t } = useTranslation('replay');
  const [params, setParams] = useSearchParams();
  const today = dayIn(useReportZone(), new Date());
  const id = params.get('id');
  const show = (next: string) => setParams({ id: next });
  const job = useReplay(id);
  const watched = useRef(''); // the one that was seen running
  const box = useRef<HTMLDivElement>(null);
  const start = useStart((next) => {
    show(next);
    requestAnimationFrame(() => box.current?.scrollIntoView({ block: 'nearest' })); // on a phone it is below the form
  });
  useEffect(() => {
    if (job.data?.state === 'done' && watched.current === job.data.id) box.current?.scrollIntoView({ block: 'start' });
    watched.current = job.data?.state === 'running' ? job.data.id : '';
  }, [job.data]);
  return (
    <main className={classes.page}>
      <header className={classes.head}>
        <Anchor component={Link} to="/reports" className={classes.back}><IconArrowLeft size={15} aria-hidden /> {t('back')}</Anchor>
        <h1 className={classes.title}>{t('title')}</h1>
        <p className={classes.soft}>{t('about')}</p>
      </header>
      <ReplayForm from={addDays(today, -7)} to={addDays(today, -1)} today={today} busy={start.isPending || job.data?.state === 'running'} onStart={(r) => start.mutate(r)} />
      {start.error ? <Alert color="red" role="alert">{wordsOf(start.error)}</Alert> : null}
      {job.error ? <ErrorNote words={wordsOf(job.error)} onRetry={() => void job.refetch()} /> : null}
      <div ref={box} className={classes.job}>{job.data ? <Job job={job.data} /> : null}</div>
      <Recent current={id} onShow={show} />
    </main>
  );
}

function Job({ job }: { job: ReplayJob }) {
  const { t } = useTranslation('replay');
  const cancel = useCancel();
  switch (job.state) {
    case 'running':
      return (
        <div className={classes.running}>
          <Progress value={100 * job.progress} aria-label={t('running', { percent: Math.round(100 * job.progress) })} className={classes.bar} animated />
          <span aria-live="polite">{t('running', { percent: Math.round(100 * job.progress) })}</span>
          <Button size="xs" variant="default" onClick={() => cancel.mutate(job.id)}>{t('form.cancel')}</Button>
        </div>
      );
    case 'failed':
      return <Alert color="red" role="alert">{t('failed', { words: job.error })}</Alert>;
    case 'cancelled':
      return <p role="status">{t('cancelled')}</p>;
    case 'done':
      return job.result ? <ReplayResult result={job.result} /> : null;
  }
}

function Recent({ current, onShow }: { current: string | null; onShow: (id: string) => void }) {
  const { t } = useTranslation('replay');
  const list = useReplays();
  const items = (list.data?.items ?? []).filter((j) => j.id !== current);
  if (items.length === 0) return null;
  return (
    <section>
      <h2 className={classes.heading}>{t('recent')}</h2>
      <ul className={classes.list}>
        {items.map((j) => (
          <li key={j.id}>
            <Anchor component="button" type="button" onClick={() => onShow(j.id)}>
              {t('recentItem', { from: j.request.from, to: j.request.to, policy: j.request.policy || t('form.asItWas'), who: j.agent_name })}
            </Anchor>
          </li>
        ))}
      </ul>
    </section>
  );
}
