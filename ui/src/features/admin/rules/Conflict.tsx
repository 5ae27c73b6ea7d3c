import { Alert, Button, Group } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Diff } from './Diff';
import { difference } from './diff';
import { fromRules } from './drafts';
import classes from './rules.module.css';
import { useNames } from '../names';
import type { Draft, RuleSet } from './types';
import type { useDrafts } from './useDrafts';

/** Two people edited at once: what differs, and whose holds. */
export function Conflict({ drafts, list, newer }: { drafts: ReturnType<typeof useDrafts>; list: Draft[]; newer: RuleSet }) {
  const { t } = useTranslation('rules');
  const names = useNames();
  const mine = list.map((d) => ({ ...d, id: d.id || d.key }));
  return (
    <Alert color="yellow" role="alert" icon={<IconUsers aria-hidden />} title={t('conflict.title')} styles={{ title: { color: 'var(--p-text)' } }} className={classes.conflict}>
      <p>{t('conflict.text', { who: newer.by || t('versions.somebody'), n: newer.version })}</p>
      <Diff list={difference(fromRules(newer.rules), mine, names)} empty={t('conflict.same')} />
      <Group mt="sm">
        <Button variant="default" onClick={() => { drafts.save.reset(); drafts.adopt(newer); }}>{t('conflict.theirs')}</Button>
        <Button variant="default" onClick={() => { drafts.save.reset(); drafts.rebase(newer); }}>{t('conflict.mine')}</Button>
      </Group>
    </Alert>
  );
}
