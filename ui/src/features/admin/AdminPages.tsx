import { IconAlertTriangle, IconInbox, IconLock, IconStack2, IconTargetArrow, IconUsers } from '@tabler/icons-react';
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
import { SkillsPage } from './SkillsPage';
import './words';

const places = [
  { path: 'inboxes', word: 'inboxes', Icon: IconInbox },
  { path: 'queues', word: 'queues', Icon: IconStack2 },
  { path: 'skills', word: 'skills', Icon: IconTargetArrow },
  { path: 'agents', word: 'agents', Icon: IconUsers },
  { path: 'dead-letters', word: 'dead', Icon: IconAlertTriangle },
] as const;

/** The setup: who writes where, who waits for whom, who can do what. */
export default function AdminPages() {
  const { t } = useTranslation('admin');
  const may = useCan('admin');
  if (!may) {
    return (
      <main className={classes.page}>
        <EmptyState icon={<IconLock size={28} />} title={t('forbidden.title')} text={t('forbidden.text')} />
      </main>
    );
  }
  return (
    <main className={classes.page}>
      <header className={classes.head}>
        <h1 className={classes.title}>{t('title')}</h1>
        <span className={classes.soft}>{t('live')}</span>
      </header>
      <div className={classes.layout}>
        <nav className={classes.nav} aria-label={t('title')}>
          {places.map(({ path, word, Icon }) => (
            <NavLink key={path} to={`/admin/${path}`} className={classes.navLink}>
              <Icon size={17} aria-hidden /> {t(`nav.${word}`)}
              {path === 'dead-letters' ? <Stuck /> : null}
            </NavLink>
          ))}
        </nav>
        <div className={classes.content}>
          <Routes>
            <Route index element={<Navigate to="inboxes" replace />} />
            <Route path="inboxes/:id?" element={<InboxesPage />} />
            <Route path="queues/:id?" element={<QueuesPage />} />
            <Route path="skills/:id?" element={<SkillsPage />} />
            <Route path="agents/:id?" element={<AgentsPage />} />
            <Route path="dead-letters" element={<DeadLettersPage />} />
            <Route path="*" element={<Navigate to="/admin/inboxes" replace />} />
          </Routes>
        </div>
      </div>
    </main>
  );
}

function Stuck() {
  const { data } = useDeadLetters();
  const n = data?.pages[0]?.items.length ?? 0;
  if (n === 0) return null;
  return <span className={classes.navCount}>{data?.pages[0]?.next_cursor ? `${String(n)}+` : n}</span>;
}
