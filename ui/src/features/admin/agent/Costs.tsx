import { ActionIcon, Button, Menu, NumberInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from '../admin.module.css';
import { useNames } from '../names';
import type { Typed } from '../queueForm';
import type { Queue } from '../types';
import './words';

interface Props {
  value: Readonly<Record<string, Typed>>;
  queues: readonly Queue[];
  onChange: (next: Record<string, Typed>) => void;
  errors: Record<string, string>;
}

/** What conversations of single queues take from a person, where it is not the usual. */
export function Costs({ value, queues, onChange, errors }: Props) {
  const { t } = useTranslation('agentForm');
  const left = queues.filter((q) => !(q.id in value));
  const nameOf = useNames().queue;
  return (
    <div className={classes.stack}>
      {Object.keys(value).length > 0 ? (
        <ul className={classes.costs}>
          {Object.entries(value).map(([id, n]) => (
            <li key={id}>
              <span dir="auto">{nameOf(id)}</span>
              <NumberInput aria-label={t('cost', { queue: nameOf(id) })} min={0} max={100} allowDecimal={false} value={n} error={errors[id]} onChange={(v) => onChange({ ...value, [id]: v })} />
              <ActionIcon size="lg" aria-label={t('removeCost', { queue: nameOf(id) })} onClick={() => onChange(Object.fromEntries(Object.entries(value).filter(([k]) => k !== id)))}><IconTrash size={17} aria-hidden /></ActionIcon>
            </li>
          ))}
        </ul>
      ) : null}
      <Menu position="bottom-start" zIndex={400}>
        <Menu.Target>
          <Button className={classes.startSelf} size="xs" variant="default" disabled={left.length === 0} leftSection={<IconPlus size={15} aria-hidden />}>{t('addCost')}</Button>
        </Menu.Target>
        <Menu.Dropdown className={classes.menuList}>
          {left.map((q) => <Menu.Item key={q.id} onClick={() => onChange({ ...value, [q.id]: 20 })}>{q.name}</Menu.Item>)}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
