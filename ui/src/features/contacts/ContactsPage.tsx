import { ActionIcon, CloseButton, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconAddressBook, IconChevronLeft, IconSearch, IconSearchOff, IconStarFilled } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { call, client, wordsOf } from '@/api/client';
import { keys } from '@/api/keys';
import { flatten, type Pages } from '@/api/reducers';
import type { Contact, Page } from '@/api/types';
import { Avatar } from '@/ui/Avatar';
import { Delayed } from '@/ui/Delayed';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNote } from '@/ui/ErrorNote';
import { useKeys } from '@/ui/hotkeys';
import { brief } from '@/ui/time';
import classes from './ContactsPage.module.css';

const rowHeight = 56;

interface Props {
  /** Who a contact is. */
  detail: (contactId: string) => ReactNode;
}

/** Everybody who ever wrote: search on the left, the person on the right. */
export function ContactsPage({ detail }: Props) {
  const { t } = useTranslation('contacts');
  const { id } = useParams();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 200);
  const field = useRef<HTMLInputElement>(null);
  const query = useInfiniteQuery({
    queryKey: keys.contactList(q),
    queryFn: async ({ pageParam, signal }) =>
      (await call(client.GET('/contacts', { params: { query: { q: q || undefined, limit: 50, cursor: pageParam } }, signal }))) as Page<Contact>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last): string | undefined => last.next_cursor || undefined,
    placeholderData: keepPreviousData,
  });
  const contacts = flatten(query.data as Pages<Contact> | undefined);
  const at = contacts.findIndex((c) => c.id === id);
  const go = (by: 1 | -1) => () => {
    const next = contacts[at < 0 ? 0 : Math.min(contacts.length - 1, Math.max(0, at + by))];
    if (next) void navigate(`/contacts/${next.id}`, { replace: Boolean(id) });
  };
  useKeys({ j: go(1), k: go(-1), '/': () => field.current?.focus(), escape: () => (id ? void navigate('/contacts') : false) });

  return (
    <div className={classes.page} data-open={id ? '' : undefined}>
      <section className={classes.list} aria-label={t('list')} data-pane>
        <h1 className={classes.title}>{t('title')}</h1>
        <div className={classes.search}>
          <TextInput ref={field} type="search" value={text} onChange={(e) => setText(e.currentTarget.value)} placeholder={t('search')} aria-label={t('search')} leftSection={<IconSearch size={15} aria-hidden />}
            rightSection={text ? <CloseButton size="sm" onClick={() => setText('')} aria-label={t('clear')} /> : null} data-pane-focus />
        </div>
        {query.isError ? (
          <ErrorNote words={wordsOf(query.error)} onRetry={() => void query.refetch()} />
        ) : query.isPending ? (
          <Delayed><Rows8 /></Delayed>
        ) : contacts.length === 0 ? (
          q ? <EmptyState icon={<IconSearchOff size={26} stroke={1.5} />} title={t('nothing.title')} text={t('nothing.text')} />
            : <EmptyState icon={<IconAddressBook size={28} stroke={1.5} />} title={t('empty.title')} text={t('empty.text')} />
        ) : (
          <List contacts={contacts} openId={id} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
        )}
      </section>
      <main className={classes.detail} aria-label={t('detail')} data-pane tabIndex={-1}>
        {id ? (
          <>
            <ActionIcon className={classes.back} size="lg" onClick={() => void navigate('/contacts')} aria-label={t('back')}><IconChevronLeft size={20} /></ActionIcon>
            <div className={classes.card}>{detail(id)}</div>
          </>
        ) : (
          <EmptyState icon={<IconAddressBook size={30} stroke={1.4} />} title={t('pick.title')} text={t('pick.text')} />
        )}
      </main>
    </div>
  );
}

interface ListProps {
  contacts: Contact[];
  openId: string | undefined;
  more: boolean;
  loading: boolean;
  onMore: () => void;
}

function List({ contacts, openId, more, loading, onMore }: ListProps) {
  const { t } = useTranslation('contacts');
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: contacts.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 10, getItemKey: (i) => contacts[i]?.id ?? i });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !loading && last >= contacts.length - 10) onMore();
  }, [more, loading, last, contacts.length, onMore]);
  return (
    <div ref={scroller} className={classes.scroller}>
      <div role="list" className={classes.rows} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const c = contacts[item.index];
          if (!c) return null;
          return (
            <div key={item.key} role="listitem" aria-setsize={more ? -1 : contacts.length} aria-posinset={item.index + 1} className={classes.slot} style={{ transform: `translateY(${item.start}px)` }}>
              <Link to={`/contacts/${c.id}`} className={classes.row} aria-current={c.id === openId ? 'true' : undefined}>
                <Avatar name={c.name} id={c.id} size={34} />
                <span className={classes.main}>
                  <span className={classes.name}><bdi>{c.name}</bdi>{c.vip && <IconStarFilled size={12} className={classes.vip} aria-label="VIP" role="img" />}</span>
                  <span className={classes.sub}><bdi>{[c.title, c.email || c.phone].filter(Boolean).join(' · ')}</bdi></span>
                </span>
                <span className={classes.when}>{c.seen_at ? brief(c.seen_at) : ''}</span>
              </Link>
            </div>
          );
        })}
      </div>
      {loading && <p className={classes.more}>{t('more')}</p>}
    </div>
  );
}

function Rows8() {
  return (
    <div aria-hidden>
      {Array.from({ length: 8 }, (_, i) => (
        <div key={i} className={classes.row}>
          <Skeleton circle height={34} width={34} />
          <div style={{ flex: 1 }}><Skeleton height={10} width="50%" /><Skeleton height={8} width="70%" mt={8} /></div>
        </div>
      ))}
    </div>
  );
}
