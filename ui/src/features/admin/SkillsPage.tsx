import { Button, Table, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconTargetArrow } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import { EmptyState } from '@/ui/EmptyState';
import classes from './admin.module.css';
import { EditorDrawer, EditorForm } from './Editor';
import { ListPage } from './ListPage';
import { useAgents, useQueues, useSkills } from './queries';
import type { Skill } from './types';
import { useSave } from './useSave';

const back = '/admin/skills';

export function SkillsPage() {
  const { t } = useTranslation('admin');
  const { id } = useParams();
  const skills = useSkills();
  const agents = useAgents().data?.items ?? [];
  const queues = useQueues().data?.items ?? [];
  const editing = skills.data?.items.find((s) => s.id === id);
  return (
    <ListPage title={t('nav.skills')} query={skills} add={{ to: `${back}/new`, label: t('skill.add') }}>
      {skills.data?.items.length === 0 ? (
        <EmptyState icon={<IconTargetArrow size={28} />} title={t('skill.empty.title')} text={t('skill.empty.text')}
          action={<Button component={Link} to={`${back}/new`} leftSection={<IconPlus size={16} aria-hidden />}>{t('skill.add')}</Button>} />
      ) : (
        <Table className={classes.table} horizontalSpacing="md" verticalSpacing="sm" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              {(['name', 'description', 'agents', 'queues'] as const).map((c) => <Table.Th key={c} scope="col">{t(`skill.list.${c}`)}</Table.Th>)}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {skills.data?.items.map((s) => {
              const people = agents.filter((a) => (a.skills[s.id] ?? 0) > 0).length;
              const asking = queues.filter((q) => q.requirements.some((r) => r.skill_id === s.id)).map((q) => q.name);
              return (
                <Table.Tr key={s.id}>
                  <Table.Th scope="row"><Link to={`${back}/${s.id}`} className={classes.rowLink} dir="auto">{s.name}</Link></Table.Th>
                  <Table.Td data-label={t('skill.list.description')} dir="auto">{s.description || <span className={classes.soft}>–</span>}</Table.Td>
                  <Table.Td data-label={t('skill.list.agents')}>{t('skill.people', { count: people })}</Table.Td>
                  <Table.Td data-label={t('skill.list.queues')} dir="auto">{asking.join(', ') || <span className={classes.soft}>–</span>}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
      {id === 'new' ? <EditorDrawer title={t('skill.new')} back={back}><SkillForm /></EditorDrawer> : null}
      {id && id !== 'new' && skills.data ? (
        <EditorDrawer title={editing?.name ?? ''} back={back}>
          {editing ? <SkillForm key={editing.id} skill={editing} /> : <p className={classes.soft}>{t('missing')}</p>}
        </EditorDrawer>
      ) : null}
    </ListPage>
  );
}

interface SkillValues {
  name: string;
  description: string;
}

function SkillForm({ skill }: { skill?: Skill }) {
  const { t } = useTranslation('admin');
  const navigate = useNavigate();
  const release = useRef(() => {});
  const form = useForm<SkillValues>({
    initialValues: { name: skill?.name ?? '', description: skill?.description ?? '' },
    validate: { name: (v) => (v.trim() === '' ? t('required') : null) },
  });
  const { save, saving, faults } = useSave({
    form,
    fields: ['name', 'description'],
    send: (v) => {
      const body = { name: v.name.trim(), description: v.description.trim() };
      return skill ? call(client.PATCH('/skills/{id}', { params: { path: { id: skill.id } }, body })) : call(client.POST('/skills', { body }));
    },
    changes: [keys.skills],
    onSaved: () => {
      release.current();
      void navigate(back);
    },
  });
  return (
    <EditorForm dirty={form.isDirty()} saving={saving} faults={faults} submit={t(skill ? 'save' : 'create')} back={back}
      onGuard={(r) => { release.current = r; }} onSubmit={form.onSubmit(save)}
      {...(skill ? { removal: { name: skill.name, text: t('skill.removeText'), changes: [keys.skills, keys.agents], send: () => call(client.DELETE('/skills/{id}', { params: { path: { id: skill.id } } })) } } : {})}>
      <TextInput label={t('skill.name')} description={t('skill.nameHelp')} required maxLength={60} data-autofocus={skill ? undefined : true} {...form.getInputProps('name')} />
      <Textarea label={t('skill.description')} description={t('skill.descriptionHelp')} maxLength={300} autosize minRows={2} {...form.getInputProps('description')} />
    </EditorForm>
  );
}
