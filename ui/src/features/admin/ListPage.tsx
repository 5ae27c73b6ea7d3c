import { Button, Skeleton } from '@mantine/core';
import '@mantine/core/styles/Table.layer.css';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { wordsOf } from '@/api/client';
import { Delayed } from '@/ui/Delayed';
import { ErrorNote } from '@/ui/ErrorNote';
import classes from './admin.module.css';

interface Props {
  title: string;
  query: { data: unknown; error: unknown; refetch: () => unknown };
  add?: { to: string; label: string };
  tools?: ReactNode;
  children: ReactNode;
}

/** The frame of each list of the setup. */
export function ListPage({ title, query, add, tools, children }: Props) {
  return (
    <section aria-labelledby="admin-list">
      <div className={classes.listHead}>
        <h2 id="admin-list" className={classes.listTitle}>{title}</h2>
        <div className={classes.listTools}>
          {tools}
          {add ? <Button component={Link} to={add.to} leftSection={<IconPlus size={16} aria-hidden />}>{add.label}</Button> : null}
        </div>
      </div>
      {query.data ? (
        <div className={classes.panel}>{children}</div>
      ) : query.error ? (
        <ErrorNote words={wordsOf(query.error)} onRetry={() => void query.refetch()} />
      ) : (
        <Delayed><Skeleton h={44} mb={8} /><Skeleton h={44} mb={8} /><Skeleton h={44} /></Delayed>
      )}
    </section>
  );
}
