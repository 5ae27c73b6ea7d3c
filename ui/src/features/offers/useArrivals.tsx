import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChangeFrame } from '@/api/frames';
import { onChange } from '@/api/live';
import { useMe } from '@/api/session';
import type { Conversation } from '@/api/types';
import { announce } from '@/ui/announce';
import { channelName } from '@/ui/channels';
import { settings } from '@/ui/settings';
import { leading } from './leader';
import { chime } from './sound';

/** What a change is to me: a message in a conversation of mine, or one that was given to me by somebody. */
export function arrivalOf(frame: ChangeFrame, me: string): 'message' | 'given' | null {
  const { event, conversation: c } = frame;
  if (!c || c.agent_id !== me || c.state === 'offered') return null;
  if (event.type === 'message.received' && frame.message?.author === 'customer') return 'message';
  const given = event.type === 'conversation.assigned' || (event.type === 'conversation.transferred' && event.agent_id === me);
  // What I accepted or took myself needs no telling.
  return given && event.actor_id !== me && !event.data.offer_id && event.data.from !== 'offered' ? 'given' : null;
}

/** Tells of what comes in: spoken, with a soft note, and outside the tab when it is not in front. */
export function useArrivals(openId: string | undefined, onOpen: (id: string) => void): void {
  const { t } = useTranslation('offers');
  const me = useMe().agent.id;
  useEffect(
    () =>
      onChange((frame) => {
        const kind = arrivalOf(frame, me);
        const c = frame.conversation;
        if (!kind || !c) return;
        const name = c.contact.name;
        const here = c.id === openId && document.hasFocus();
        if (kind === 'given') {
          const words = t('assigned.title', { name });
          announce(words);
          notifications.show({ title: words, message: <Given conversation={c} onOpen={onOpen} />, autoClose: 10_000 });
        } else {
          announce(c.id === openId ? t('arrived', { name, text: c.last_message.text }) : t('arrivedElsewhere', { name }));
        }
        if (here || !leading.get()) return;
        if (settings.get().sounds) chime();
        if (!document.hasFocus()) notice(c, onOpen);
      }),
    [me, openId, onOpen, t],
  );
}

function Given({ conversation: c, onOpen }: { conversation: Conversation; onOpen: (id: string) => void }) {
  const { t } = useTranslation('offers');
  return (
    <span style={{ display: 'flex', alignItems: 'center', gap: 10 }}>
      <span style={{ flex: 1 }}>{t('assigned.text', { channel: channelName[c.channel], queue: c.queue })}</span>
      <Button size="compact-sm" variant="default" onClick={() => onOpen(c.id)}>{t('assigned.open')}</Button>
    </span>
  );
}

function notice(c: Conversation, onOpen: (id: string) => void): void {
  if (!settings.get().desktopNotices || typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
  const n = new Notification(c.contact.name, { body: c.last_message.text, tag: c.id });
  n.onclick = () => {
    window.focus();
    onOpen(c.id);
    n.close();
  };
}
