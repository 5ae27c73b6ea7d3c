import { IconAlarmSnooze, IconAlertTriangle, IconBell, IconCheck, IconClock, IconFlag, IconHourglassEmpty, IconMail, IconMessageReply, IconPhone, IconRobot, IconUserOff } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Conversation, ConversationState } from '@/api/types';
import { Avatar } from '@/ui/Avatar';
import { ChannelIcon } from '@/ui/channels';
import { brief, since, span, useNow } from '@/ui/time';
import { useDraftSnippet, type DraftStore } from '../composer/drafts';
import classes from './ConversationRow.module.css';
import { toTarget, type View } from './order';

const stateIcons: Record<ConversationState, ReactNode> = {
  new: <IconHourglassEmpty size={13} />, bot: <IconRobot size={13} />, waiting: <IconHourglassEmpty size={13} />, offered: <IconBell size={13} />,
  active: <IconMessageReply size={13} />, wrapping: <IconMessageReply size={13} />, snoozed: <IconAlarmSnooze size={13} />,
  resolved: <IconCheck size={13} />, abandoned: <IconUserOff size={13} />, expired: <IconUserOff size={13} />,
};

export function StateMark({ state }: { state: ConversationState }) {
  const { t } = useTranslation('ui');
  return (
    <span className={classes.state} data-state={state}>
      {stateIcons[state]} {t(`state.${state}`)}
    </span>
  );
}

interface Props {
  conversation: Conversation;
  view: View;
  to: string;
  open: boolean;
  selected: boolean;
  gone: boolean;
  drafts: DraftStore;
  me: string;
}

/** One conversation in the list: who, where, how long they have waited, what was said last. */
export const ConversationRow = memo(function ConversationRow({ conversation: c, view, to, open, selected, gone, drafts, me }: Props) {
  const { t } = useTranslation('inbox');
  const draft = useDraftSnippet(drafts, c.id);
  const now = useNow(5);
  const left = gone ? undefined : toTarget(c, now);
  const overdue = left !== undefined && left < 0;
  return (
    <Link to={to} className={classes.row} aria-current={open ? 'true' : undefined} data-overdue={overdue || undefined} data-unread={c.unread > 0 || undefined}
      data-selected={selected || undefined} data-gone={gone || undefined} data-id={c.id} data-testid="row" draggable={false}>
      <span className={classes.avatar}>
        <Avatar name={c.contact.name} id={c.contact.id} size={36} />
        <span className={classes.channel}><ChannelIcon channel={c.channel} size={12} /></span>
      </span>
      <span className={classes.main}>
        <span className={classes.top}>
          <span className={classes.name} dir="auto">{c.contact.name}</span>
          <Wait conversation={c} now={now} overdue={overdue} gone={gone} />
        </span>
        <span className={classes.bottom}>
          <Snippet conversation={c} draft={draft} me={me} />
          {c.unread > 0 && <span className={classes.unread} aria-label={t('list.unread', { count: c.unread })}>{c.unread > 99 ? '99+' : c.unread}</span>}
        </span>
        <Marks conversation={c} view={view} me={me} gone={gone} />
      </span>
    </Link>
  );
});

function Wait({ conversation: c, now, overdue, gone }: { conversation: Conversation; now: number; overdue: boolean; gone: boolean }) {
  const { t } = useTranslation('inbox');
  if (gone) return <span className={classes.time}>{t('list.gone')}</span>;
  const inLine = c.state === 'waiting' || c.state === 'offered';
  const from = inLine ? (c.queued_at ?? c.created_at) : c.unanswered_since;
  if (!from) return <time className={classes.time}>{brief(c.last_message.at || c.created_at, now)}</time>;
  const time = span(since(from, now));
  const words = t(inLine ? 'list.waiting' : 'list.unanswered', { time }) + (overdue ? `, ${t('list.overdue', { target: span(c.target_seconds) })}` : '');
  return (
    <span className={classes.wait} data-overdue={overdue || undefined} title={words}>
      <IconClock size={12} stroke={2} aria-hidden /> <span className="p-hidden">{words}</span><span aria-hidden>{time}</span>
    </span>
  );
}

function Snippet({ conversation: c, draft, me }: { conversation: Conversation; draft: string; me: string }) {
  const { t } = useTranslation('inbox');
  if (draft) return <span className={classes.snippet}><b className={classes.draft}>{t('list.draft')}</b> <bdi>{draft}</bdi></span>;
  const { author, text, agent_id: writer, agent: name } = c.last_message;
  const agent = writer === me || !name ? t('list.you') : `${name.split(' ')[0]}:`;
  const lead = author === 'agent' ? agent : author === 'bot' ? t('list.bot') : '';
  return <span className={classes.snippet}>{lead && <bdi className={classes.lead}>{lead} </bdi>}<bdi>{text || '\u00a0'}</bdi></span>;
}

/** At most two marks: its state where the view does not say it, and whose or how urgent it is. */
function Marks({ conversation: c, view, me, gone }: { conversation: Conversation; view: View; me: string; gone: boolean }) {
  const { t } = useTranslation('inbox');
  const marks: ReactNode[] = [];
  if (gone || view === 'all' || view === 'resolved' || (view === 'mine' && c.state !== 'active') || (view === 'line' && c.state === 'offered')) {
    marks.push(<StateMark key="state" state={c.state} />);
  }
  if (c.unwanted) marks.push(<span key="u" className={classes.state} data-state="unwanted"><IconAlertTriangle size={13} /> {t('list.unwanted', { count: c.declines })}</span>);
  if (c.instead) marks.push(<span key="i" className={classes.state}>{c.instead === 'callback' ? <IconPhone size={13} /> : <IconMail size={13} />} {t(`list.${c.instead}`)}</span>);
  if (c.priority > 0) marks.push(<span key="p" className={classes.state} data-state="priority"><IconFlag size={13} /> {t('list.vip', { count: c.priority })}</span>);
  if (view !== 'mine' && c.agent_id && c.agent_id !== me) marks.push(<span key="a" className={classes.state}>{c.agent}</span>);
  else marks.push(<span key="q" className={classes.state}>{c.queue}</span>);
  return <span className={classes.marks}>{marks.slice(0, 2)}</span>;
}
