import { Button, Input, Radio } from '@mantine/core';
import '@mantine/core/styles/Radio.layer.css';
import '@mantine/core/styles/RadioCard.layer.css';
import '@mantine/core/styles/RadioIndicator.layer.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePolicies } from '../queries';
import type { PolicyItem } from '../types';
import classes from './queue.module.css';
import './words';

interface Props {
  value: string;
  onChange: (policy: string) => void;
  error: string | undefined;
}

/** The policies in plain words; those that are there to compare with are kept apart. */
export function PolicyPicker({ value, onChange, error }: Props) {
  const { t } = useTranslation('queue');
  const all = usePolicies().data?.items ?? [];
  const [open, setOpen] = useState(false);
  const chosen = all.find((p) => p.name === value);
  const yardsticks = all.filter((p) => p.yardstick);
  const shown = all.filter((p) => !p.yardstick || open || p === chosen);
  return (
    <div>
      <Radio.Group value={value} onChange={onChange} aria-label={t('policy.title')} error={error}>
        <div className={classes.cards}>
          {shown.map((p) => <Card key={p.name} policy={p} chosen={p === chosen} />)}
        </div>
      </Radio.Group>
      {yardsticks.length > 0 ? (
        <Button size="compact-xs" variant="subtle" color="gray" mt={6} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t('policy.less') : t('policy.more', { count: yardsticks.length })}
        </Button>
      ) : null}
      {all.length > 0 && !chosen ? <Input.Error role="alert">{value}</Input.Error> : null}
    </div>
  );
}

function Card({ policy: p, chosen }: { policy: PolicyItem; chosen: boolean }) {
  const { t, i18n } = useTranslation('queue');
  // A server may know policies that these words do not.
  const known = i18n.exists(`queue:policy.of.${p.name}.name`);
  const name = known ? t(`policy.of.${p.name}.name`) : p.name;
  return (
    <Radio.Card value={p.name} className={classes.cardOf} data-chosen={chosen || undefined} aria-label={name}>
      <Radio.Indicator size="sm" mt={2} />
      <span className={classes.cardText}>
        <span className={classes.cardHead}>
          <b>{name}</b>
          <code className={classes.code}>{p.name}</code>
          {p.yardstick ? <span className={classes.aside}>{t('policy.yardstick')}</span> : null}
        </span>
        <span>{known ? t(`policy.of.${p.name}.text`) : p.about}</span>
        {chosen ? (
          <span className={classes.detail}>
            <span>{t('policy.order')}</span>
            <span className={classes.criteria}>
              {p.compares?.map((c, i) => <span key={c} className={classes.criterion}><b>{i + 1}</b> {t(`policy.compares.${c}`)}</span>)}
            </span>
            {known ? <span><b>{t('policy.example')}:</b> {t(`policy.of.${p.name}.example`)}</span> : null}
          </span>
        ) : null}
      </span>
    </Radio.Card>
  );
}
