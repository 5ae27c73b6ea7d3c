import { Table } from '@mantine/core';
import '@mantine/core/styles/Table.layer.css';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { call, client, wordsOf } from '@/api/client';
import { keys } from '@/api/keys';
import type { Page } from '@/api/types';
import classes from './admin.module.css';
import { heldSkills } from './agentForm';
import type { Agent, Skill } from './types';

interface LevelProps {
  level: number;
  onChange: (level: number) => void;
  id?: string;
  label?: string;
  busy?: boolean;
}

/** A skill level; "no" for not having it. */
export function LevelSelect({ level, onChange, id, label, busy }: LevelProps) {
  const { t } = useTranslation('admin');
  return (
    <select id={id} aria-label={label} className={classes.level} data-level={level} disabled={busy} value={level} onChange={(e) => onChange(Number(e.currentTarget.value))}>
      <option value={0}>{t('agent.levelNone')}</option>
      {[1, 2, 3, 4, 5].map((n) => <option key={n} value={n}>{n}</option>)}
    </select>
  );
}

/** What was chosen for a person and is not all saved yet. */
interface Choices {
  waiting: number;
  levels: Record<string, number>;
}

/** Everybody's levels in one picture; each choice is saved at once. */
export function SkillMatrix({ agents, skills }: { agents: readonly Agent[]; skills: readonly Skill[] }) {
  const { t } = useTranslation('admin');
  const cache = useQueryClient();
  const chosen = useRef(new Map<string, Choices>());
  const set = useMutation({
    // One after the other: each sends all skills of a person, those chosen in
    // the meantime included, for the list may have been read before they were saved.
    scope: { id: 'skill-matrix' },
    mutationFn: ({ id }: { id: string; skill: string; level: number }) => {
      const now = cache.getQueryData<Page<Agent>>(keys.agents)?.items.find((a) => a.id === id);
      const skills = heldSkills({ ...now?.skills, ...chosen.current.get(id)?.levels });
      return call(client.PATCH('/agents/{id}', { params: { path: { id } }, body: { skills } }));
    },
    onMutate: ({ id, skill, level }) => {
      const before = chosen.current.get(id);
      chosen.current.set(id, { waiting: (before?.waiting ?? 0) + 1, levels: { ...before?.levels, [skill]: level } });
      cache.setQueryData<Page<Agent>>(keys.agents, (old) =>
        old && { ...old, items: old.items.map((a) => (a.id === id ? { ...a, skills: heldSkills({ ...a.skills, [skill]: level }) } : a)) },
      );
    },
    onError: (error) => notifications.show({ color: 'red', message: `${t('notSaved')}: ${wordsOf(error)}` }),
    onSettled: (_answer, _error, { id }) => {
      const now = chosen.current.get(id);
      if (now && now.waiting > 1) {
        chosen.current.set(id, { ...now, waiting: now.waiting - 1 });
        return;
      }
      chosen.current.delete(id);
      void cache.invalidateQueries({ queryKey: keys.agents });
    },
  });
  if (skills.length === 0) return <p className={classes.emptyNote}>{t('agent.matrixEmpty')}</p>;
  return (
    <>
      <p className={classes.emptyNote}>{t('agent.matrixNote')} {t('agent.skillsHelp')}</p>
      <Table.ScrollContainer minWidth={160 + skills.length * 92}>
        <Table horizontalSpacing="md" verticalSpacing={4} className={classes.matrix}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" className={classes.sticky}>{t('agent.list.name')}</Table.Th>
              {skills.map((s) => <Table.Th key={s.id} scope="col" dir="auto">{s.name}</Table.Th>)}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {agents.map((a) => (
              <Table.Tr key={a.id}>
                <Table.Th scope="row" className={classes.sticky} dir="auto">
                  {a.name}
                  {a.enabled ? null : <span className={classes.sub}>{t('agent.disabled')}</span>}
                </Table.Th>
                {skills.map((s) => (
                  <Table.Td key={s.id}>
                    <LevelSelect level={a.skills[s.id] ?? 0} label={t('agent.level', { skill: s.name, name: a.name })}
                      onChange={(level) => set.mutate({ id: a.id, skill: s.id, level })} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
