import { Button, CopyButton, Select, Slider, Switch } from '@mantine/core';
import '@mantine/core/styles/Slider.layer.css';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsOf } from '@/api/client';
import { setCustomers, setFaults } from './api';
import { loginAddress } from './login';
import classes from './sandbox.module.css';
import type { Customers, Faults, SandboxState } from './types';

const PASSWORD = 'parley-demo';
const ROLES = ['agent', 'supervisor', 'admin'] as const;

const failed = (cause: unknown) => notifications.show({ color: 'red', message: wordsOf(cause) });

export function Controls({ state }: { state: SandboxState }) {
  return (
    <aside className={classes.controls}>
      <Logins />
      <CustomersCard now={state.customers} />
      <FaultsCard now={state.faults} />
    </aside>
  );
}

function Card({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section className={classes.card}>
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </section>
  );
}

function Logins() {
  const { t } = useTranslation('sandbox');
  return (
    <Card title={t('logins.title')} text={t('logins.text')}>
      <ul className={classes.logins}>
        {ROLES.map((role) => (
          <li key={role}>
            <Button component="a" href={loginAddress(role, window.location)} target={`parley-${role}`} size="xs" variant={role === 'agent' ? 'filled' : 'default'}>{t(`logins.${role}`)}</Button>
            <code>{role}@parley.example</code>
          </li>
        ))}
      </ul>
      <p className={classes.password}>
        {t('logins.password')} <code>{PASSWORD}</code>
        <CopyButton value={PASSWORD}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="subtle" color="gray" onClick={copy} leftSection={copied ? <IconCheck size={13} /> : <IconCopy size={13} />}>{copied ? t('logins.copied') : t('logins.copy')}</Button>
          )}
        </CopyButton>
      </p>
    </Card>
  );
}

function CustomersCard({ now }: { now: Customers }) {
  const { t } = useTranslation('sandbox');
  const [rate, setRate] = useState<number | null>(null); // while it is dragged
  const set = (running: boolean, perMinute: number) => void setCustomers(running, perMinute).catch(failed);
  return (
    <Card title={t('customers.title')} text={t('customers.text')}>
      <Switch label={t('customers.on')} checked={now.running} onChange={(e) => set(e.currentTarget.checked, now.per_minute)} />
      <label className={classes.rate}>
        <span id="rate">{t('customers.rate')}</span> <b>{rate ?? now.per_minute}</b>
      </label>
      <Slider min={1} max={60} value={rate ?? now.per_minute} label={null} thumbLabel={t('customers.rate')} onChange={setRate} onChangeEnd={(v) => {
        setRate(null);
        set(now.running, v);
      }} />
      <dl className={classes.figures}>
        {(['active', 'arrived', 'gone', 'abandoned'] as const).map((k) => (
          <div key={k}><dt>{t(`customers.${k}`)}</dt><dd>{now[k]}</dd></div>
        ))}
      </dl>
    </Card>
  );
}

const SWITCHES = ['duplicate', 'reorder', 'rate_limit', 'window_closed'] as const;
const NEXT = ['fail_next', 'drop_next', 'undeliverable_next'] as const;
const DELAYS = [0, 2000, 5000, 15_000];

function FaultsCard({ now }: { now: Faults }) {
  const { t } = useTranslation('sandbox');
  const set = (change: Partial<Faults>) => void setFaults(change).catch(failed);
  return (
    <Card title={t('faults.title')} text={t('faults.text')}>
      <div className={classes.switches}>
        {SWITCHES.map((k) => <Switch key={k} label={t(`faults.${k}`)} checked={now[k]} onChange={(e) => set({ [k]: e.currentTarget.checked })} />)}
      </div>
      <Select label={t('faults.delay')} size="xs" mt="sm" allowDeselect={false} value={String(now.delay_ms)} onChange={(v) => v !== null && set({ delay_ms: Number(v) })}
        data={[...new Set([...DELAYS, now.delay_ms])].map((ms) => ({ value: String(ms), label: ms ? t('faults.seconds', { count: ms / 1000 }) : t('faults.none') }))} />
      <p className={classes.label}>{t('faults.next')}</p>
      <div className={classes.next}>
        {NEXT.map((k) => (
          <Button key={k} size="xs" variant={now[k] > 0 ? 'filled' : 'default'} aria-pressed={now[k] > 0} onClick={() => set({ [k]: now[k] > 0 ? 0 : 1 })}>
            {now[k] > 0 ? t('faults.armed', { label: t(`faults.${k}`), count: now[k] }) : t(`faults.${k}`)}
          </Button>
        ))}
      </div>
    </Card>
  );
}
