import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconLock, IconPaperclip, IconSend } from '@tabler/icons-react';
import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type ClipboardEvent, type DragEvent, type KeyboardEvent, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useSocket } from '@/api/live';
import type { Upload } from '@/api/client';
import { useStore } from '@/api/store';
import type { ConversationDetail, Message } from '@/api/types';
import { channelName } from '@/ui/channels';
import { composing, keyLabel } from '@/ui/hotkeys';
import { useSettings } from '@/ui/settings';
import { span, useNow } from '@/ui/time';
import { answeredSince } from '../thread/rows';
import type { Outbox } from '../outbox';
import { Closed } from './Closed';
import classes from './Composer.module.css';
import { useDraft, type DraftStore, type Mode } from './drafts';
import { Files } from './Files';
import { segments } from './segments';
import { useTyping } from './useTyping';
import { useUploads } from './useUploads';
import { sending, urgency } from './window';

export interface ComposerHandle {
  focus: (mode?: Mode) => void;
}

interface Props {
  conversation: ConversationDetail;
  messages: Message[];
  me: string;
  drafts: DraftStore;
  outbox: Outbox;
  handle: Ref<ComposerHandle>;
  onSentAndResolve: () => void;
  onTake?: () => void;
  onReopen?: () => void;
}

/** Where an answer or a note is written. The two never share text, tint or button. */
export function Composer({ conversation: c, messages, me, drafts, outbox, handle, onSentAndResolve, onTake, onReopen }: Props) {
  const { t } = useTranslation('inbox');
  const socket = useSocket();
  const now = useNow();
  const closed = ['resolved', 'abandoned', 'expired'].includes(c.state);
  const may = closed ? ({ open: false, why: 'closed' } as const) : sending(c, now);
  const [mode, setMode] = useState<Mode>(() => (drafts.get(c.id, 'reply').text === '' && drafts.get(c.id, 'note').text !== '' ? 'note' : 'reply'));
  const draft = useDraft(drafts, c.id, mode);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const typing = useTyping(c.id);
  const [over, setOver] = useState(false);
  const { enterSends } = useSettings();

  const change = useCallback((patch: { text?: string; files?: Upload[] }) => drafts.set(c.id, mode, patch, socket.seq), [drafts, c.id, mode, socket]);
  const uploads = useUploads((file) => change({ files: [...drafts.get(c.id, mode).files, file] }), draft.files.length);
  const [wantFocus, setWantFocus] = useState(0);
  useImperativeHandle(handle, () => ({
    focus: (to) => {
      if (to) setMode(to);
      setWantFocus((n) => n + 1);
    },
  }));
  useEffect(() => {
    if (wantFocus > 0) field.current?.focus();
  }, [wantFocus, mode]);
  useAutosize(field, draft.text);

  const excess = c.text_limit > 0 && mode === 'reply' ? [...draft.text].length - c.text_limit : -Infinity;
  const allowed = mode === 'note' || may.open;
  const empty = draft.text.trim() === '' && draft.files.length === 0;
  const ready = allowed && !empty && uploads.items.length === 0 && excess <= 0;

  const submit = (): boolean => {
    if (!ready) return false;
    outbox.add({
      id: crypto.randomUUID(),
      conversationId: c.id,
      text: draft.text.trim(),
      note: mode === 'note',
      files: draft.files,
      at: Date.now(),
      seenSeq: draft.startedSeq,
      hold: mode === 'reply',
    });
    drafts.clear(c.id, mode);
    typing.stopped();
    return true;
  };
  const onKey = (e: KeyboardEvent<HTMLTextAreaElement>) => {
    if (composing(e.nativeEvent)) return; // the key belongs to the input method
    if (e.key === 'Escape') {
      e.preventDefault(); // one layer back: out of the field, not out of the thread
      const log = e.currentTarget.closest('[data-pane]')?.querySelector<HTMLElement>('[role="log"]');
      if (log) log.focus({ preventScroll: true });
      else e.currentTarget.blur();
      return;
    }
    if (e.key !== 'Enter' || e.altKey) return;
    const mod = e.ctrlKey || e.metaKey;
    if (!mod && (!enterSends || e.shiftKey)) return;
    e.preventDefault();
    if (submit() && mod && e.shiftKey && mode === 'reply') onSentAndResolve();
  };
  const onPaste = (e: ClipboardEvent) => {
    if (e.clipboardData.files.length === 0) return;
    e.preventDefault();
    uploads.add(e.clipboardData.files);
  };
  const onDrop = (e: DragEvent) => {
    setOver(false);
    if (e.dataTransfer.files.length === 0) return;
    e.preventDefault();
    if (allowed) uploads.add(e.dataTransfer.files);
  };

  return (
    <div className={classes.composer} data-mode={mode} data-over={over || undefined} data-testid="composer"
      onDragOver={(e) => { if (e.dataTransfer.types.includes('Files')) { e.preventDefault(); setOver(true); } }}
      onDragLeave={(e) => { if (!e.currentTarget.contains(e.relatedTarget as Node | null)) setOver(false); }}
      onDrop={onDrop}>
      <div className={classes.tabs} role="radiogroup" aria-label={t('compose.mode')}>
        {(['reply', 'note'] as const).map((m) => (
          <button key={m} type="button" role="radio" aria-checked={mode === m} className={classes.tab} data-on={mode === m || undefined}
            onClick={() => { setMode(m); setWantFocus((n) => n + 1); }}>
            {m === 'note' && <IconLock size={13} aria-hidden />} {t(`compose.${m}`)}
          </button>
        ))}
        <Limits conversation={c} mode={mode} text={draft.text} closesIn={may.open ? may.closesIn : undefined} over={excess} />
      </div>
      {mode === 'reply' && !may.open ? (
        <Closed conversation={c} may={may} onNote={() => { setMode('note'); setWantFocus((n) => n + 1); }} onTake={onTake} onReopen={onReopen} />
      ) : (
        <>
          <textarea ref={field} className={classes.field} rows={2} value={draft.text} dir="auto" data-pane-focus
            aria-label={mode === 'note' ? t('compose.noteLabel') : t('compose.replyLabel', { name: c.contact.name, channel: channelName[c.channel] })}
            placeholder={mode === 'note' ? t('compose.noteHint') : t('compose.replyHint', { name: c.contact.name })}
            onChange={(e) => { change({ text: e.currentTarget.value }); if (mode === 'reply' && e.currentTarget.value) typing.wrote(); }}
            onKeyDown={onKey} onPaste={onPaste} onBlur={() => drafts.flush()} />
          <Files files={draft.files} uploading={uploads.items} onRemove={(id) => change({ files: draft.files.filter((f) => f.id !== id) })} onCancel={uploads.cancel} onRetry={uploads.retry} />
          <div className={classes.foot}>
            <Tooltip label={t('compose.attach')}>
              <ActionIcon size="lg" onClick={() => picker.current?.click()} aria-label={t('compose.attach')}><IconPaperclip size={18} stroke={1.7} /></ActionIcon>
            </Tooltip>
            <input ref={picker} type="file" multiple hidden onChange={(e) => { uploads.add(e.currentTarget.files ?? []); e.currentTarget.value = ''; }} />
            <Hint messages={messages} me={me} startedAt={mode === 'reply' && draft.text ? draft.startedAt : 0} waiting={uploads.items.length > 0 && !empty} now={now} />
            <Tooltip label={enterSends ? t('compose.keysEnter') : t('compose.keysMod', { key: keyLabel('mod+enter') })}>
              <Button onClick={() => { submit(); field.current?.focus(); }} aria-disabled={!ready} data-off={!ready || undefined} color={mode === 'note' ? 'yellow' : undefined} className={classes.send}
                leftSection={mode === 'note' ? <IconLock size={15} /> : <IconSend size={15} />} data-testid="send">
                {mode === 'note' ? t('compose.addNote') : (
                  <><span className={classes.long}>{t('compose.send', { channel: channelName[c.channel] })}</span><span className={classes.short}>{t('compose.sendShort', { channel: channelName[c.channel] })}</span></>
                )}
              </Button>
            </Tooltip>
          </div>
        </>
      )}
      {over && <div className={classes.drop}>{t('compose.drop')}</div>}
    </div>
  );
}

/** The channel's bounds: SMS counted, the window running down, the longest text. */
function Limits({ conversation: c, mode, text, closesIn, over }: { conversation: ConversationDetail; mode: Mode; text: string; closesIn: number | undefined; over: number }) {
  const { t } = useTranslation('inbox');
  if (mode === 'note') return <span className={classes.limits}>{t('compose.noteLabel')}</span>;
  const s = c.channel === 'sms' && text ? segments(text) : undefined;
  const level = urgency(closesIn);
  const near = over > -200 && over <= 0 && !s;
  return (
    <span className={classes.limits} data-testid="limits">
      {s && <span>{t('compose.segments', { count: s.count, left: s.left })}</span>}
      {s?.forcedBy && <span className={classes.warn}>{t('compose.forced', { char: s.forcedBy })}</span>}
      {closesIn !== undefined && level !== 'none' && (
        <span className={level === 'warn' ? classes.warn : undefined}>{t('compose.window', { channel: channelName[c.channel], time: span(closesIn) })}</span>
      )}
      {over > 0 && <span className={classes.bad}>{t('compose.limit', { count: over, channel: channelName[c.channel] })}</span>}
      {near && <span>{t('compose.limitLeft', { count: -over })}</span>}
    </span>
  );
}

function Hint({ messages, me, startedAt, waiting, now }: { messages: Message[]; me: string; startedAt: number; waiting: boolean; now: number }) {
  const { t } = useTranslation('inbox');
  const socket = useSocket();
  const link = useStore(socket.link);
  const moved = answeredSince(messages, me, startedAt);
  let words = '';
  if (moved) words = t('compose.moved', { name: moved.agent_name, time: span((now - Date.parse(moved.at)) / 1000) });
  else if (link === 'offline') words = t('compose.offline');
  else if (waiting) words = t('compose.waitUpload');
  return <span className={classes.hint} data-warn={Boolean(moved) || undefined} role="status">{words}</span>;
}

function useAutosize(field: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const el = field.current;
    if (!el) return;
    el.style.height = 'auto';
    el.style.height = `${Math.min(el.scrollHeight, 260)}px`;
  }, [field, text]);
}
