import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconLayoutSidebarRight } from '@tabler/icons-react';
import type { ReactNode, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { viewers as viewersStore } from '@/api/live';
import { useMe } from '@/api/session';
import { useStore } from '@/api/store';
import type { Conversation } from '@/api/types';
import { Avatar } from '@/ui/Avatar';
import { ChannelIcon } from '@/ui/channels';
import { StateMark } from '../list/ConversationRow';
import classes from './ThreadHeader.module.css';

const shownTags = 2;

interface Props {
  conversation: Conversation;
  headingRef: Ref<HTMLHeadingElement>;
  onBack: () => void;
  onPanel: () => void;
  actions: ReactNode;
}

export function ThreadHeader({ conversation: c, headingRef, onBack, onPanel, actions }: Props) {
  const { t } = useTranslation('inbox');
  const me = useMe();
  return (
    <header className={classes.head}>
      <ActionIcon className={classes.back} onClick={onBack} aria-label={t('thread.back')} size="lg"><IconChevronLeft size={20} /></ActionIcon>
      <div className={classes.title}>
        <h1 className={classes.name} ref={headingRef} tabIndex={-1} dir="auto">{c.contact.name}</h1>
        <div className={classes.meta}>
          <span className={classes.inbox}><ChannelIcon channel={c.channel} /> <span className={classes.cut}>{c.inbox_label}</span></span>
          <StateMark state={c.state} />
          <Tags tags={c.tags ?? []} />
          {c.agent && c.agent_id !== me.agent.id && c.state !== 'offered' && <span className={classes.owner}>{c.agent}</span>}
        </div>
      </div>
      <Viewers conversationId={c.id} />
      <div className={classes.actions} role="group" aria-label={t('act.group')}>{actions}</div>
      <Tooltip label={t('thread.panel')}>
        <ActionIcon className={classes.panel} onClick={onPanel} aria-label={t('thread.panel')} size="lg"><IconLayoutSidebarRight size={19} stroke={1.7} /></ActionIcon>
      </Tooltip>
    </header>
  );
}

/** The first tags; the rest as a number, all of them in the title. */
function Tags({ tags }: { tags: readonly string[] }) {
  const { t } = useTranslation('inbox');
  if (tags.length === 0) return null;
  return (
    <span className={classes.tags} title={tags.join(', ')} role="img" aria-label={t('tags.of', { tags: tags.join(', ') })}>
      {tags.slice(0, shownTags).map((tag) => <span key={tag} className={classes.tag} dir="auto">{tag}</span>)}
      {tags.length > shownTags && <span>{t('tags.more', { count: tags.length - shownTags })}</span>}
    </span>
  );
}

/** Which colleagues look at the same thread, and who of them writes. */
function Viewers({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation('inbox');
  const me = useMe();
  const all = useStore(viewersStore).get(conversationId) ?? [];
  const others = all.filter((v) => v.id !== me.agent.id);
  if (others.length === 0) return null;
  const writing = others.find((v) => v.typing);
  const words = writing ? t('thread.viewerTyping', { name: writing.name }) : t('thread.viewing', { names: others.map((v) => v.name).join(', '), count: others.length });
  return (
    <Tooltip label={words}>
      <span className={classes.viewers} role="status" aria-label={words}>
        {others.slice(0, 3).map((v) => (
          <span key={v.id} className={classes.viewer} data-typing={v.typing || undefined}><Avatar name={v.name} id={v.id} size={26} /></span>
        ))}
      </span>
    </Tooltip>
  );
}
