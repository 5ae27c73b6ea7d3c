import { Kbd } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.layer.css';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call, client } from '@/api/client';
import { useStore } from '@/api/store';
import type { Conversation } from '@/api/types';
import { ChannelIcon } from '@/ui/channels';
import { commands, type Command } from '@/ui/commands';
import { keyLabel } from '@/ui/hotkeys';
import classes from './Palette.module.css';

const [store, palette] = createSpotlight();

/** All words of the query occur in the command. */
export function finds(query: string, c: Command): boolean {
  const text = `${c.label} ${c.group} ${c.words ?? ''}`.toLowerCase();
  return query.toLowerCase().split(/\s+/).every((w) => text.includes(w));
}

export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('app');
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const [settled] = useDebouncedValue(query.trim(), 200);
  const known = [...useStore(commands).values()].flat().filter((c) => finds(query.trim(), c));
  const { data: found } = useQuery({
    queryKey: ['palette', settled],
    enabled: settled.length >= 2,
    queryFn: async ({ signal }) =>
      (await call(client.GET('/conversations', { params: { query: { view: 'all', q: settled, limit: 6 } }, signal }))).items as unknown as Conversation[],
  });
  useEffect(() => palette.open(), []);
  const groups = [...Map.groupBy(known, (c) => c.group)];
  const hits = settled.length >= 2 ? (found ?? []) : [];
  return (
    <Spotlight.Root store={store} onSpotlightClose={onClose} centered={false} yOffset="12dvh" overlayProps={{ backgroundOpacity: 0.4, blur: 0 }} title={t('nav.search')} classNames={{ actionsGroup: classes.group, header: 'p-hidden' }} query={query} onQueryChange={setQuery} shortcut={null} maxHeight={420} scrollable>
      <Spotlight.Search placeholder={t('palette.placeholder')} aria-label={t('nav.search')} />
      <Spotlight.ActionsList>
        {groups.map(([group, list]) => (
          <Spotlight.ActionsGroup key={group} label={group}>
            {list.map((c) => (
              <Spotlight.Action key={c.id} label={c.label} onClick={c.run} rightSection={c.keys ? <Kbd size="xs">{keyLabel(c.keys)}</Kbd> : null} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {hits.length > 0 && (
          <Spotlight.ActionsGroup label={t('palette.found')}>
            {hits.map((c) => (
              <Spotlight.Action key={c.id} label={c.contact.name} description={c.last_message.text} leftSection={<ChannelIcon channel={c.channel} />}
                onClick={() => void navigate(`/inbox/all/${c.id}`)} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {known.length === 0 && hits.length === 0 && <Spotlight.Empty>{t('palette.nothing')}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
