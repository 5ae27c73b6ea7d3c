import { NativeSelect, Radio } from '@mantine/core';
import '@mantine/core/styles/Radio.layer.css';
import '@mantine/core/styles/RadioCard.layer.css';
import '@mantine/core/styles/RadioIndicator.layer.css';
import { useTranslation } from 'react-i18next';
import { afterHours, type AfterHours as Choice } from '../queueForm';
import { Hint } from '../rings/Hint';
import type { Queue } from '../types';
import classes from './queue.module.css';

interface Props {
  value: Choice;
  queue: string;
  queues: readonly Queue[];
  onChange: (value: Choice) => void;
  onQueue: (id: string) => void;
  errors: { value?: string | undefined; queue?: string | undefined };
  hint: string | undefined;
}

/** What happens to who comes outside the hours. */
export function AfterHours({ value, queue, queues, onChange, onQueue, errors, hint }: Props) {
  const { t } = useTranslation('queue');
  return (
    <div className={classes.after}>
      <Radio.Group label={t('after.title')} value={value} error={errors.value} onChange={(v) => onChange(v as Choice)}>
        <div className={classes.pairs}>
          {afterHours.map((a) => (
            <Radio.Card key={a} value={a} className={classes.cardOf} data-chosen={a === value || undefined} aria-label={t(`after.${a}.name`)}>
              <Radio.Indicator size="sm" mt={2} />
              <span className={classes.cardText}><b>{t(`after.${a}.name`)}</b><span>{t(`after.${a}.text`)}</span></span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      {value === 'overflow' ? (
        <NativeSelect label={t('after.queue')} required value={queue} error={errors.queue} maw={380} onChange={(e) => onQueue(e.currentTarget.value)}
          data={[{ value: '', label: t('after.choose') }, ...queues.map((q) => ({ value: q.id, label: q.name }))]} />
      ) : null}
      <Hint words={hint} />
    </div>
  );
}
