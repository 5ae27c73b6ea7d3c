import { ActionIcon, Button, Input, NativeSelect } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './admin.module.css';
import { useSkills } from './queries';
import type { Requirement } from './types';

interface Props {
  value: readonly Requirement[];
  onChange: (next: Requirement[]) => void;
  error?: string | undefined;
  /** Without the words around it: whoever uses it says what it is for. */
  bare?: boolean;
}

/** Skills with a least level, each demanded or preferred. */
export function Requirements({ value, onChange, error, bare = false }: Props) {
  const { t } = useTranslation('admin');
  const skills = useSkills().data?.items ?? [];
  const free = skills.filter((s) => !value.some((r) => r.skill_id === s.id));
  const set = (i: number, change: Partial<Requirement>) => onChange(value.map((r, n) => (n === i ? { ...r, ...change } : r)));
  const nameOf = (id: string) => skills.find((s) => s.id === id)?.name ?? id;
  return (
    <div>
      {bare ? null : <p className={classes.help}>{t('requirements.help')}</p>}
      {value.length === 0 && !bare ? <p className={classes.soft}>{t('requirements.none')}</p> : null}
      <ul className={classes.lines}>
        {value.map((r, i) => (
          <li key={r.skill_id} className={classes.requirement}>
            <NativeSelect aria-label={t('requirements.skill')} value={r.skill_id} onChange={(e) => set(i, { skill_id: e.currentTarget.value })}
              data={[{ value: r.skill_id, label: nameOf(r.skill_id) }, ...free.map((s) => ({ value: s.id, label: s.name }))]} />
            <NativeSelect aria-label={t('requirements.level')} value={String(r.level)} onChange={(e) => set(i, { level: Number(e.currentTarget.value) })}
              data={[1, 2, 3, 4, 5].map((n) => ({ value: String(n), label: t('requirements.atLeast', { level: n }) }))} />
            <NativeSelect aria-label={t('requirements.kind')} value={r.preferred ? 'wish' : 'must'}
              onChange={(e) => set(i, { preferred: e.currentTarget.value === 'wish' })}
              data={[{ value: 'must', label: t('requirements.must') }, { value: 'wish', label: t('requirements.wish') }]} />
            <ActionIcon size="lg" aria-label={t('requirements.remove', { name: nameOf(r.skill_id) })} onClick={() => onChange(value.filter((_, n) => n !== i))}>
              <IconTrash size={17} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ul>
      {error ? <Input.Error role="alert">{error}</Input.Error> : null}
      {skills.length === 0 ? (
        <p className={classes.soft}>{t('requirements.noSkills')}</p>
      ) : (
        <Button variant="default" size="xs" mt={6} leftSection={<IconPlus size={15} aria-hidden />} disabled={free.length === 0}
          onClick={() => onChange([...value, { skill_id: free[0]?.id ?? '', level: 1, preferred: false }])}>
          {t('requirements.add')}
        </Button>
      )}
    </div>
  );
}
