import { SegmentedControl, Table, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { PresenceDot } from '@/ui/presence';
import { dateTime } from '@/ui/time';
import classes from './admin.module.css';
import { AgentForm } from './AgentForm';
import { EditorDrawer } from './Editor';
import { ListPage } from './ListPage';
import { useAgents, useSkills } from './queries';
import { SkillMatrix } from './SkillMatrix';
import type { Agent, Skill } from './types';
import { Tag } from './Tag';

const back = '/admin/agents';

export function AgentsPage() {
  const { t } = useTranslation('admin');
  const { id } = useParams();
  const [params, setParams] = useSearchParams();
  const [find, setFind] = useState('');
  const agents = useAgents();
  const skills = useSkills().data?.items ?? [];
  const wanted = find.trim().toLowerCase();
  const shown = (agents.data?.items ?? []).filter((a) => `${a.name} ${a.email}`.toLowerCase().includes(wanted));
  const editing = agents.data?.items.find((a) => a.id === id);
  const matrix = params.get('view') === 'matrix';
  return (
    <ListPage title={t('nav.agents')} query={agents} add={{ to: `${back}/new`, label: t('agent.add') }}
      tools={
        <>
          <TextInput size="sm" className={classes.find} aria-label={t('agent.find')} placeholder={t('agent.find')} leftSection={<IconSearch size={15} aria-hidden />}
            value={find} onChange={(e) => setFind(e.currentTarget.value)} />
          <SegmentedControl size="xs" aria-label={t('agent.view')} value={matrix ? 'matrix' : 'people'} onChange={(v) => setParams(v === 'matrix' ? { view: v } : {})}
            data={[{ value: 'people', label: t('agent.people') }, { value: 'matrix', label: t('agent.matrix') }]} />
        </>
      }>
      {matrix ? <SkillMatrix agents={shown} skills={skills} /> : <People agents={shown} skills={skills} />}
      {id === 'new' ? <EditorDrawer wide title={t('agent.new')} back={back}><AgentForm /></EditorDrawer> : null}
      {id && id !== 'new' && agents.data ? (
        <EditorDrawer wide title={editing?.name ?? ''} back={back}>
          {editing ? <AgentForm key={editing.id} agent={editing} /> : <p className={classes.soft}>{t('missing')}</p>}
        </EditorDrawer>
      ) : null}
    </ListPage>
  );
}

function People({ agents, skills }: { agents: readonly Agent[]; skills: readonly Skill[] }) {
  const { t } = useTranslation('admin');
  const duty = (a: Agent) => (a.hours_change ? t(a.off_hours ? 'agent.offUntil' : 'agent.onUntil', { when: dateTime(a.hours_change) }) : a.off_hours ? t('agent.offDuty') : '');
  const nameOf = (id: string) => skills.find((s) => s.id === id)?.name ?? id;
  return (
    <Table className={classes.table} horizontalSpacing="md" verticalSpacing="sm" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          {(['name', 'role', 'skills', 'capacity', 'state'] as const).map((c) => <Table.Th key={c} scope="col">{t(`agent.list.${c}`)}</Table.Th>)}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {agents.map((a) => (
          <Table.Tr key={a.id}>
            <Table.Th scope="row">
              <Link to={`${back}/${a.id}`} className={classes.rowLink} dir="auto">{a.name}</Link>
              <span className={classes.sub}>{a.email}</span>
            </Table.Th>
            <Table.Td data-label={t('agent.list.role')}>{t(`agent.roles.${a.role}`)}</Table.Td>
            <Table.Td data-label={t('agent.list.skills')}>
              <span className={classes.chips}>
                {Object.keys(a.skills).length === 0 ? <span className={classes.soft}>{t('agent.noSkills')}</span> : null}
                {Object.entries(a.skills).map(([skill, level]) => (
                  <Tag key={skill} kind="off">{`${nameOf(skill)} ${String(level)}`}</Tag>
                ))}
              </span>
            </Table.Td>
            <Table.Td data-label={t('agent.list.capacity')}>{a.capacity}</Table.Td>
            <Table.Td data-label={t('agent.list.state')}>
              {a.enabled ? (
                <span>
                  <span className={classes.presence}><PresenceDot presence={a.presence} /> {t(`ui:presence.${a.presence}`)}</span>
                  {a.hours ? <span className={classes.sub}>{duty(a)}</span> : null}
                </span>
              ) : (
                <Tag kind="bad">{t('agent.disabled')}</Tag>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
