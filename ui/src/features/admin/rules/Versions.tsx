import { Alert, Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, client, wordsOf } from '@/api/client';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNote } from '@/ui/ErrorNote';
import { dateTime } from '@/ui/time';
import { Tag } from '../Tag';
import { Diff } from './Diff';
import { difference } from './diff';
import { fromRules } from './drafts';
import { ruleKeys, useVersions, versionQuery } from './queries';
import classes from './rules.module.css';
import { useNames } from '../names';
import type { RuleSet, Version } from './types';
import type { useDrafts } from './useDrafts';

interface Props {
  drafts: ReturnType<typeof useDrafts>;
  may: boolean;
}

/** Every save, with who and when; any can be compared with now and brought back. */
export function Versions({ drafts, may }: Props) {
  const { t } = useTranslation('rules');
  const versions = useVersions();
  const [restoring, setRestoring] = useState<number | null>(null);
  const now = drafts.query.data;
  const list = versions.data?.pages.flatMap((p) => p.items) ?? [];
  if (versions.error) return <ErrorNote words={wordsOf(versions.error)} onRetry={() => void versions.refetch()} />;
  if (versions.data && list.length === 0) return <EmptyState icon={<IconHistory size={26} />} title={t('versions.none')} />;
  return (
    <div className={classes.tool}>
      <ul className={classes.versions}>
        {list.map((v) => <Entry key={v.version} version={v} now={now} may={may} onRestore={() => setRestoring(v.version)} />)}
      </ul>
      {versions.hasNextPage ? <Button variant="default" size="xs" loading={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>{t('versions.more')}</Button> : null}
      {restoring !== null && now ? <Restore version={restoring} now={now} drafts={drafts} onClose={() => setRestoring(null)} /> : null}
    </div>
  );
}

function Entry({ version: v, now, may, onRestore }: { version: Version; now: RuleSet | undefined; may: boolean; onRestore: () => void }) {
  const { t } = useTranslation('rules');
  const names = useNames();
  const [open, setOpen] = useState(false);
  const { data: old } = useQuery({ ...versionQuery(v.version), enabled: open });
  const current = now?.version === v.version;
  return (
    <li>
      <span className={classes.diffHead}>
        <b>{t('versions.version', { n: v.version })}</b>
        {current ? <Tag kind="good">{t('versions.now')}</Tag> : null}
        {v.restored ? <Tag kind="off">{t('versions.restored', { n: v.restored })}</Tag> : null}
      </span>
      <span className={classes.soft}>{t('versions.by', { who: v.by || t('versions.somebody'), when: dateTime(v.at) })}</span>
      {v.note ? <span dir="auto">{v.note}</span> : null}
      {current ? null : (
        <Group gap={6} mt={4}>
          <Button size="compact-xs" variant="default" aria-expanded={open} aria-label={`${t(open ? 'versions.hide' : 'versions.compare')}: ${t('versions.version', { n: v.version })}`} onClick={() => setOpen(!open)}>{t(open ? 'versions.hide' : 'versions.compare')}</Button>
          {may ? <Button size="compact-xs" variant="default" aria-label={`${t('versions.restore')}: ${t('versions.version', { n: v.version })}`} onClick={onRestore}>{t('versions.restore')}</Button> : null}
        </Group>
      )}
      {open && old && now ? <Diff list={difference(fromRules(old.rules), fromRules(now.rules), names)} empty={t('versions.same')} /> : null}
    </li>
  );
}

function Restore({ version, now, drafts, onClose }: { version: number; now: RuleSet; drafts: Props['drafts']; onClose: () => void }) {
  const { t } = useTranslation('rules');
  const cache = useQueryClient();
  const [note, setNote] = useState('');
  const restore = useMutation({
    mutationFn: () => call(client.POST('/rules/versions/{version}/restore', { params: { path: { version } }, body: { version: now.version, ...(note.trim() ? { note: note.trim() } : {}) } })),
    onSuccess: (set) => {
      drafts.adopt(set);
      void cache.invalidateQueries({ queryKey: ruleKeys.versions });
      notifications.show({ color: 'green', message: t('versions.restoredNow', { n: version }) });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('versions.restoreTitle', { n: version })}>
      <Text mb="sm">{t('versions.restoreText')} {drafts.dirty ? t('versions.restoreDirty') : ''}</Text>
      <TextInput label={t('versions.note')} maxLength={200} mb="md" value={note} onChange={(e) => setNote(e.currentTarget.value)} />
      {restore.error ? <Alert color="red" role="alert" mb="md">{wordsOf(restore.error)}</Alert> : null}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>{t('versions.cancel')}</Button>
        <Button loading={restore.isPending} onClick={() => restore.mutate()}>{t('versions.restoreGo')}</Button>
      </Group>
    </Modal>
  );
}
