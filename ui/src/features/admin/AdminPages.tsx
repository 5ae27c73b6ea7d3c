import { IconAlertTriangle, IconInbox, IconLock, IconRoute, IconStack2, IconTargetArrow, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import '@mantine/core/styles/FloatingIndicator.layer.css';
import { Navigate, NavLink, Route, Routes } from 'react-router';
import { useCan } from '@/api/session';
import { EmptyState } from '@/ui/EmptyState';
import classes from './admin.module.css';
import { AgentsPage } from './AgentsPage';
import { DeadLettersPage } from './DeadLettersPage';
import { InboxesPage } from './InboxesPage';
import { useDeadLetters } from './queries';
import { QueuesPage } from './QueuesPage';
import { RulesPage } from './rules/RulesPage';
import { SkillsPage } from './SkillsPage';
import './words';

const places = [
  { path: 'inboxes', word: 'inboxes', Icon: IconInbox },
  { path: 'queues', word: 'queues', Icon: IconStack2 },
  { path: 'rules', word: 'rules', Icon: IconRoute },
  { path: 'skills', word: 'skills', Icon: IconTargetArrow },
  { path: 'agents', word: 'agents', Icon: IconUsers },
  { path: 'dead-letters', word: 'dead', Icon: IconAlertTriangle },
] as const;

/** The setup: who writes where, who waits for whom, who can do what. Supervisors read the rules, and no more. */
export default function AdminPages() {
  const { t } = useTranslation('admin');
  const may = useCan('admin');
  const reads = useCan('rules:view');
  if (!may && !reads) return <main className={classes.page}><Forbidden /></main>;
  const shown = may ? places : places.filter((p) => p.path === 'rules');
  return (
    <main className={classes.page}>
      <header className={classes.head}>
        <h1 className={classes.title}>{t('title')}</h1>
        {may ? <span className={classes.soft}>{t('live')}</span> : null}
      </header>
      <div className={classes.layout}>
        <nav className={classes.nav} aria-label={t('title')}>
          {shown.map(({ path, word, Icon }) => (
            <NavLink key={path} to={`/admin/${path}`} className={classes.navLink}>
              <Icon size={17} aria-hidden /> {t(`nav.${word}`)}
              {path === 'dead-letters' ? <Stuck /> : null}
            </NavLink>
          ))}
        </nav>
        <div className={classes.content}>{may ? <Setup /> : <Reading />}</div>
      </div>
    </main>
  );
}

function Setup() {
  return (
    <Routes>
      <Route index element={<Navigate to="inboxes" replace />} />
      <Route path="inboxes/:id?" element={<InboxesPage />} />
      <Route path="queues/:id?" element={<QueuesPage />} />
      <Route path="rules" element={<RulesPage />} />
      <Route path="skills/:id?" element={<SkillsPage />} />
      <Route path="agents/:id?" element={<AgentsPage />} />
      <Route path="dead-letters" element={<DeadLettersPage />} />
      <Route path="*" element={<Navigate to="/admin/inboxes" replace />} />
    </Routes>
  );
}

function Reading() {
  return (
    <Routes>
      <Route index element={<Navigate to="rules" replace />} />
      <Route path="rules" element={<RulesPage />} />
      <Route path="*" element={<Forbidden />} />
    </Routes>
  );
}

function Forbidden() {
  const { t } = useTranslation('admin');
  return <EmptyState icon={<IconLock size={28} />} title={t('forbidden.title')} text={t('forbidden.text')} />;
}

function Stuck() {
  const { data } = useDeadLetters();
  const n = data?.pages[0]?.items.length ?? 0;
  if (n === 0) return null;
  return <span className={classes.navCount}>{data?.pages[0]?.next_cursor ? `${String(n)}+` : n}</span>;
}
