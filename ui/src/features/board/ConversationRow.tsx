import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowBarToUp, IconArrowRightBar, IconDots, IconExternalLink, IconHandGrab, IconUserShare } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { serverNow } from '@/api/clock';
import { useCan } from '@/api/session';
import { ChannelIcon } from '@/ui/channels';
import classes from './board.module.css';
import { Since, type Clock } from './Longest';
import { RowMarks } from './RowMarks';
import type { Conversation } from './types';
import { Why } from './Why';

/** The thread in the console. */
export function threadPath(id: string): string {
  return `/inbox/all/${id}`;
}

/** Who came after hours waits from the opening, as far as targets go. */
export function waitsSince(c: Conversation): string {
  const from = c.queued_at ?? c.state_since;
  return c.opens_at && Date.parse(c.opens_at) > Date.parse(from) ? c.opens_at : from;
}

interface Props {
  conversation: Conversation;
  /** Its place in line, from 1; absent when it is not in line. */
  place?: number;
  clock: Clock;
  late: boolean;
  onTake: (c: Conversation) => void;
  onAssign: (c: Conversation) => void;
  onPriority: (c: Conversation) => void;
  onMove: (c: Conversation) => void;
}

/** A conversation in a drawer of the board, with what a supervisor can do about it. */
export function ConversationRow({ conversation: c, place, clock, late, onTake, onAssign, onPriority, onMove }: Props) {
  const { t } = useTranslation('board');
  const [why, setWhy] = useState(false);
  const id = useId();
  const canAssign = useCan('conversation:assign');
  const name = c.contact.name || t('row.unknown');
  const since = place !== undefined ? waitsSince(c) : c.state_since;
  const waits = place !== undefined && Date.parse(since) > (clock.stopped ?? serverNow());
  return (
    <li className={classes.row} data-late={late || undefined}>
      {place === undefined ? null : <span className={classes.place} aria-label={t('row.position', { n: place })}>{place}</span>}
      <div className={classes.rowMain}>
        <div className={classes.rowTop}>
          <ChannelIcon channel={c.channel} size={15} />
          <Link to={threadPath(c.id)} className={classes.rowName} dir="auto">{name}</Link>
          <span className={classes.rowWait}>
            {waits ? null : <Since at={since} clock={clock} />}
          </span>
        </div>
        <p className={classes.snippet} dir="auto">{c.last_message.text || '\u00A0'}</p>
        <div className={classes.rowMeta}>
          {c.state === 'offered' ? <span className={classes.ringing} dir="auto">{t('row.ringing', { name: c.agent })}</span> : null}
          {c.state !== 'offered' && c.agent && place === undefined ? <span dir="auto">{t('row.with', { name: c.agent })}</span> : null}
          {place === undefined && c.queue ? <span dir="auto">{c.queue}</span> : null}
          <RowMarks conversation={c} waits={waits} />
          <Button variant="subtle" size="compact-xs" aria-expanded={why} aria-controls={id} onClick={() => setWhy(!why)}>
            {why ? t('row.hide') : c.state === 'waiting' ? t('row.why') : t('row.whyWho', { name: c.agent })}
          </Button>
        </div>
        <div id={id}>{why ? <Why conversation={c} /> : null}</div>
      </div>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon size="lg" aria-label={t('row.actions', { name })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to={threadPath(c.id)} leftSection={<IconExternalLink size={16} aria-hidden />}>{t('row.open')}</Menu.Item>
          <Menu.Item leftSection={<IconHandGrab size={16} aria-hidden />} onClick={() => onTake(c)}>{t('row.take')}</Menu.Item>
          {canAssign ? (
            <Menu.Item leftSection={<IconUserShare size={16} aria-hidden />} onClick={() => onAssign(c)}>{t('row.assign')}</Menu.Item>
          ) : null}
          {canAssign ? (
            <Menu.Item leftSection={<IconArrowRightBar size={16} aria-hidden />} onClick={() => onMove(c)}>{t('row.move')}</Menu.Item>
          ) : null}
          {canAssign && place !== undefined ? (
            <Menu.Item leftSection={<IconArrowBarToUp size={16} aria-hidden />} onClick={() => onPriority(c)}>{t('row.reprioritize')}</Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
