import { useEffect, useImperativeHandle, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem, wordsOf } from '@/api/client';
import { useMe } from '@/api/session';
import { typing as typingStore, viewers as viewersStore } from '@/api/live';
import { useStore } from '@/api/store';
import type { Conversation } from '@/api/types';
import { Delayed } from '@/ui/Delayed';
import { ErrorNote } from '@/ui/ErrorNote';
import { ActionBar, type Dialog } from '../actions/ActionBar';
import { possible, type Act } from '../actions/useActions';
import { Composer, type ComposerHandle } from '../composer/Composer';
import type { DraftStore, Mode } from '../composer/drafts';
import type { Outbox, Pending } from '../outbox';
import { Messages } from './Messages';
import { ThreadHeader } from './ThreadHeader';
import classes from './ThreadPane.module.css';
import { ThreadSkeleton } from './ThreadSkeleton';
import { useReading, useRetry, useThread } from './useThread';

export interface ThreadHandle {
  compose: (mode?: Mode) => void;
  focusHeading: () => void;
  /** Does it if the conversation's state allows; tells whether it did. */
  act: (act: Act) => boolean;
  dialog: (dialog: Dialog) => boolean;
}

interface Props {
  id: string;
  /** The row it was opened from, to paint at once. */
  row: Conversation | undefined;
  focus: 'composer' | 'heading' | undefined;
  drafts: DraftStore;
  outbox: Outbox;
  busy: boolean;
  handle: Ref<ThreadHandle>;
  onAct: (act: Act) => void;
  onDialog: (dialog: Dialog) => void;
  onSentAndResolve: () => void;
  onBack: () => void;
  onPanel: () => void;
}

export function ThreadPane({ id, row, focus, drafts, outbox, busy, handle, onAct, onDialog, onSentAndResolve, onBack, onPanel }: Props) {
  const { t } = useTranslation('inbox');
  const me = useMe();
  const data = useThread(id, outbox, row?.unread ?? 0);
  const c: Conversation | undefined = data.detail ?? row;
  const detail = data.detail;
  const [atEnd, setAtEnd] = useState(true);
  useReading(c, atEnd);
  const retry = useRetry();
  const heading = useRef<HTMLHeadingElement>(null);
  const composer = useRef<ComposerHandle>(null);

  useImperativeHandle(handle, () => ({
    compose: (mode) => composer.current?.focus(mode),
    focusHeading: () => heading.current?.focus(),
    act: (act) => {
      if (!detail || act.do === 'transfer' || act.do === 'assign') return false;
      const ok = possible(detail, me.agent.id)[act.do];
      if (ok) onAct(act);
      return ok;
    },
    dialog: (dialog) => {
      const ok = Boolean(detail && possible(detail, me.agent.id)[dialog]);
      if (ok) onDialog(dialog);
      return ok;
    },
  }));
  // Only what I did moves the focus: accepting, or resolving the one before.
  const wanted = useRef(focus);
  const hasDetail = Boolean(detail);
  useEffect(() => {
    if (!wanted.current) return;
    if (wanted.current === 'heading' && heading.current) {
      heading.current.focus();
      wanted.current = undefined;
    } else if (wanted.current === 'composer' && hasDetail) {
      composer.current?.focus('reply');
      wanted.current = undefined;
    }
  }, [hasDetail, c]);

  if (!c) {
    if (data.detailError) {
      const gone = data.detailError instanceof Problem && [403, 404, 422].includes(data.detailError.status);
      return <ErrorNote words={gone ? t('thread.gone') : wordsOf(data.detailError)} onRetry={gone ? undefined : data.refetch} page />;
    }
    return <Delayed><ThreadSkeleton /></Delayed>;
  }
  const edit = (p: Pending) => {
    const mode: Mode = p.note ? 'note' : 'reply';
    const now = drafts.get(p.conversationId, mode);
    drafts.set(p.conversationId, mode, { text: [p.text, now.text].filter(Boolean).join('\n'), files: [...p.files, ...now.files] }, p.seenSeq);
    composer.current?.focus(mode);
  };
  return (
    <>
      <ThreadHeader conversation={c} headingRef={heading} onBack={onBack} onPanel={onPanel}
        actions={detail && <ActionBar conversation={detail} busy={busy} onAct={onAct} onDialog={onDialog} />} />
      {data.pending ? (
        <div className={classes.fill}>
          {data.error ? <ErrorNote words={wordsOf(data.error)} onRetry={data.refetch} /> : <Delayed><ThreadSkeleton /></Delayed>}
        </div>
      ) : (
        <Messages rows={data.rows} customer={c.contact.name} me={me.agent.id} label={t('thread.label', { name: c.contact.name })} hasOlder={data.hasOlder} loadingOlder={data.loadingOlder}
          onOlder={data.loadOlder} onRetry={retry} onEdit={edit} outbox={outbox} onEnd={setAtEnd} />
      )}
      <Typing conversationId={id} />
      {detail ? (
        <Composer conversation={detail} messages={data.messages} me={me.agent.id} drafts={drafts} outbox={outbox} handle={composer} onSentAndResolve={onSentAndResolve}
          onTake={possible(detail, me.agent.id).take ? () => onAct({ do: 'take' }) : undefined}
          onReopen={possible(detail, me.agent.id).reopen ? () => onAct({ do: 'reopen' }) : undefined} />
      ) : (
        <div className={classes.composerSpace} />
      )}
    </>
  );
}

/** Its height is always there, so nothing moves when somebody types. */
function Typing({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation('inbox');
  const me = useMe();
  const typing = useStore(typingStore).get(conversationId);
  const colleague = useStore(viewersStore).get(conversationId)?.find((v) => v.typing && v.id !== me.agent.id);
  const words =
    typing?.who === 'customer' ? t('thread.typing', { name: typing.name })
    : colleague || typing ? t('thread.viewerTyping', { name: colleague?.name ?? typing?.name })
    : '';
  return (
    <div className={classes.typing}>
      {words && (
        <>
          <span className={classes.dots} aria-hidden><i /><i /><i /></span>
          <bdi>{words}</bdi>
        </>
      )}
    </div>
  );
}
