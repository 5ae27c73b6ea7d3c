import { Button, Table } from '@mantine/core';
import { IconPlus, IconStack2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { clock } from '@/ui/time';
import { readHours } from './calendar/hours';
import { weekWords } from './calendar/summary';
import './calendar/words';
import { zoneName } from './calendar/zones';
import { EmptyState } from '@/ui/EmptyState';
import { EditorDrawer } from './Editor';
import { ListPage } from './ListPage';
import classes from './admin.module.css';
import { useQueues, useSkills } from './queries';
import './queue/words';
import { readPolicy } from './queueForm';
import { QueueForm } from './QueueForm';
import type { Queue, Skill } from './types';
import { Tag } from './Tag';

const back = '/admin/queues';

export function QueuesPage() {
  const { t } = useTranslation('admin');
  const { id } = useParams();
  const queues = useQueues();
  const skills = useSkills().data?.items ?? [];
  const editing = queues.data?.items.find((q) => q.id === id);
  return (
    <ListPage title={t('nav.queues')} query={queues} add={{ to: `${back}/new`, label: t('queue.add') }}>
      {queues.data?.items.length === 0 ? (
        <EmptyState icon={<IconStack2 size={28} />} title={t('queue.empty.title')} text={t('queue.empty.text')}
          action={<Button component={Link} to={`${back}/new`} leftSection={<IconPlus size={16} aria-hidden />}>{t('queue.add')}</Button>} />
      ) : (
        <Table className={classes.table} horizontalSpacing="md" verticalSpacing="sm" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              {(['name', 'asks', 'choice', 'target', 'hours', 'state'] as const).map((c) => <Table.Th key={c} scope="col">{t(`queue.list.${c}`)}</Table.Th>)}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {queues.data?.items.map((q) => <Row key={q.id} queue={q} skills={skills} />)}
          </Table.Tbody>
        </Table>
      )}
      {id === 'new' ? <EditorDrawer wide title={t('queue.new')} back={back}><QueueForm /></EditorDrawer> : null}
      {id && id !== 'new' && queues.data ? (
        <EditorDrawer wide title={editing?.name ?? ''} back={back}>
          {editing ? <QueueForm key={editing.id} queue={editing} /> : <p className={classes.soft}>{t('missing')}</p>}
        </EditorDrawer>
      ) : null}
    </ListPage>
  );
}

function Row({ queue: q, skills }: { queue: Queue; skills: readonly Skill[] }) {
  const { t, i18n } = useTranslation('admin');
  const { t: tq } = useTranslation('queue');
  const { t: tc } = useTranslation('calendar');
  const hours = readHours(q.hours);
  const { policy } = readPolicy(q.policy);
  return (
    <Table.Tr>
      <Table.Th scope="row"><Link to={`${back}/${q.id}`} className={classes.rowLink} dir="auto">{q.name}</Link></Table.Th>
      <Table.Td data-label={t('queue.list.asks')}>
        <span className={classes.chips}>
          {q.requirements.length === 0 ? <span className={classes.soft}>{t('queue.anyone')}</span> : null}
          {q.requirements.map((r) => (
            <Tag key={r.skill_id} kind={r.preferred ? 'wish' : 'off'}>
              {`${skills.find((s) => s.id === r.skill_id)?.name ?? r.skill_id} ≥ ${String(r.level)}`}
            </Tag>
          ))}
        </span>
      </Table.Td>
      <Table.Td data-label={t('queue.list.choice')}>
        <span>
          {i18n.exists(`queue:policy.of.${policy}.name`) ? tq(`policy.of.${policy}.name`) : policy}
          <span className={classes.sub}>{q.rings && q.rings.length > 0 ? t('queue.list.steps', { count: q.rings.length }) : t('queue.list.noSteps')}</span>
        </span>
      </Table.Td>
      <Table.Td data-label={t('queue.list.target')}>{t('queue.targetText', { share: q.target_share, time: clock(q.target_seconds) })}</Table.Td>
      <Table.Td data-label={t('queue.list.hours')}>{hours ? <span>{weekWords(hours, tc)}<span className={classes.sub}>{zoneName(hours.zone)}</span></span> : <span className={classes.soft}>{t('queue.always')}</span>}</Table.Td>
      <Table.Td data-label={t('queue.list.state')}>
        <Tag kind={q.open ? 'good' : 'off'}>{t(q.open ? 'queue.open' : 'queue.closed')}</Tag>
      </Table.Td>
    </Table.Tr>
  );
}
