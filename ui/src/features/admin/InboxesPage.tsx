import { Alert, Button, Table, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconArrowLeft, IconInbox, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import type { Channel } from '@/api/types';
import { ChannelIcon, channelName } from '@/ui/channels';
import { EmptyState } from '@/ui/EmptyState';
import classes from './admin.module.css';
import { Connect } from './Connect';
import { EditorDrawer } from './Editor';
import { InboxForm } from './InboxForm';
import { ListPage } from './ListPage';
import { useInboxes, useProviders, useQueues } from './queries';
import type { InboxItem, Provider } from './types';
import { Tag } from './Tag';

const back = '/admin/inboxes';

export function InboxesPage() {
  const { t } = useTranslation('admin');
  const { id } = useParams();
  const inboxes = useInboxes();
  const providers = useProviders().data?.items;
  // The form takes its first queue from this list, so it waits for it.
  const queues = useQueues();
  const editing = inboxes.data?.items.find((x) => x.id === id);
  const ready = providers !== undefined && inboxes.data !== undefined && queues.data !== undefined;
  return (
    <ListPage title={t('nav.inboxes')} query={inboxes} add={{ to: `${back}/new`, label: t('inbox.add') }}>
      {inboxes.data?.items.length === 0 ? (
        <EmptyState icon={<IconInbox size={28} />} title={t('inbox.empty.title')} text={t('inbox.empty.text')}
          action={<Button component={Link} to={`${back}/new`} leftSection={<IconPlus size={16} aria-hidden />}>{t('inbox.add')}</Button>} />
      ) : (
        <List inboxes={inboxes.data?.items ?? []} />
      )}
      {id === 'new' && ready ? <Wizard providers={providers} /> : null}
      {id && id !== 'new' && ready ? (
        <EditorDrawer title={editing?.label || editing?.name || ''} back={back}>
          {editing ? <Edit key={editing.id} inbox={editing} providers={providers} /> : <p className={classes.soft}>{t('missing')}</p>}
        </EditorDrawer>
      ) : null}
    </ListPage>
  );
}

function List({ inboxes }: { inboxes: readonly InboxItem[] }) {
  const { t } = useTranslation('admin');
  return (
    <Table className={classes.table} horizontalSpacing="md" verticalSpacing="sm" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          {(['name', 'channel', 'queue', 'state'] as const).map((c) => <Table.Th key={c} scope="col">{t(`inbox.list.${c}`)}</Table.Th>)}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {inboxes.map((x) => (
          <Table.Tr key={x.id}>
            <Table.Th scope="row">
              <Link to={`${back}/${x.id}`} className={classes.rowLink} dir="auto">{x.label || x.name}</Link>
              <span className={classes.sub}>{x.name}</span>
            </Table.Th>
            <Table.Td data-label={t('inbox.list.channel')}>
              <span className={classes.presence}><ChannelIcon channel={x.channel as Channel} labelled={false} /> {channelName[x.channel as Channel] ?? x.channel}</span>
            </Table.Td>
            <Table.Td data-label={t('inbox.list.queue')} dir="auto">{x.queue_name}</Table.Td>
            <Table.Td data-label={t('inbox.list.state')}>
              {x.broken ? (
                <Tag kind="bad"><IconAlertTriangle size={13} aria-hidden /> {t('inbox.broken')}</Tag>
              ) : (
                <Tag kind={x.enabled ? 'good' : 'off'}>{t(x.enabled ? 'inbox.on' : 'inbox.off')}</Tag>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Kind, then what it needs, then what to do at the provider. */
function Wizard({ providers }: { providers: readonly Provider[] }) {
  const { t } = useTranslation('admin');
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const kind = providers.find((p) => p.provider === params.get('kind'));
  const [made, setMade] = useState<InboxItem | null>(null);
  if (made) {
    return (
      <EditorDrawer title={t('inbox.created', { label: made.label })} back={back}>
        <p className={classes.help}>{t('inbox.createdHelp')} {t('live')}</p>
        <Connect inbox={made} />
        <Button mt="lg" onClick={() => void navigate(back)}>{t('inbox.done')}</Button>
      </EditorDrawer>
    );
  }
  if (kind) {
    return (
      <EditorDrawer title={`${t('inbox.new')}: ${kind.label}`} back={back}>
        <Button variant="subtle" size="xs" mb="sm" leftSection={<IconArrowLeft size={15} aria-hidden />} onClick={() => setParams({})}>{t('inbox.back')}</Button>
        <InboxForm key={kind.provider} provider={kind} onCreated={setMade} />
      </EditorDrawer>
    );
  }
  return (
    <EditorDrawer title={t('inbox.new')} back={back}>
      <p className={classes.lead}>{t('inbox.choose')}</p>
      <ul className={classes.kinds}>
        {providers.map((p) => (
          <li key={p.provider}>
            <UnstyledButton className={classes.kind} onClick={() => setParams({ kind: p.provider })}>
              <ChannelIcon channel={p.channel as Channel} size={22} labelled={false} />
              <span>
                <b>{p.label}</b>
                <span className={classes.sub}>{channelName[p.channel as Channel] ?? p.channel}</span>
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <p className={classes.help}>{t('inbox.chooseHelp')}</p>
    </EditorDrawer>
  );
}

function Edit({ inbox, providers }: { inbox: InboxItem; providers: readonly Provider[] }) {
  const { t } = useTranslation('admin');
  const provider = providers.find((p) => p.provider === inbox.provider);
  return (
    <>
      {inbox.broken ? <Alert color="red" mb="md" icon={<IconAlertTriangle aria-hidden />} title={t('inbox.broken')}>{inbox.broken}</Alert> : null}
      <details className={classes.setup}>
        <summary>{t('inbox.setup')}</summary>
        <Connect inbox={inbox} />
      </details>
      {provider ? <InboxForm provider={provider} inbox={inbox} /> : <p className={classes.soft}>{t('inbox.unknownProvider', { provider: inbox.provider })}</p>}
    </>
  );
}
