import { IconCamera, IconChevronLeft, IconFile, IconPaperclip, IconPlus, IconSend2, IconX } from '@tabler/icons-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsOf } from '@/api/client';
import { mediaUrl, send, upload } from './api';
import { Bubble } from './Bubble';
import classes from './phone.module.css';
import { addressOf, type App, type Media, type Message, type Person } from './types';

interface Props {
  app: App;
  person: Person;
  messages: Message[];
  typingUntil: number;
  onBack: () => void;
}

/** A conversation with the shop in one app. */
export function ChatScreen({ app, person, messages, typingUntil, onBack }: Props) {
  const { t } = useTranslation('sandbox');
  const box = useRef<HTMLDivElement>(null);
  const typing = useUntil(typingUntil);
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [messages.length, typing]);
  return (
    <>
      <header className={classes.head}>
        <button type="button" className={classes.tool} aria-label={t('back')} onClick={onBack}><IconChevronLeft size={24} aria-hidden /></button>
        <span className={classes.face} aria-hidden>L</span>
        <div><b>{t(`company.${app}`)}</b><small>{typing ? `${t('typing')}…` : t(`sub.${app}`)}</small></div>
      </header>
      <div className={classes.thread} ref={box} tabIndex={0} role="log" aria-label={t(`apps.${app}`)}>
        {messages.length === 0 && <p className={classes.empty}>{t('none_yet')}</p>}
        {messages.map((m, i) => <Bubble key={m.id} m={m} before={messages[i - 1]} last={i === messages.length - 1} />)}
        {typing && <div className={classes.row} data-side="out"><div className={classes.bubble} role="status" aria-label={t('typing')}><span className={classes.dots}><i /><i /><i /></span></div></div>}
      </div>
      <Composer app={app} from={addressOf(person, app)} />
    </>
  );
}

/** True until that moment. */
function useUntil(until: number): boolean {
  const [, again] = useState(0);
  useEffect(() => {
    const left = until - Date.now();
    if (left <= 0) return;
    const timer = setTimeout(() => again((n) => n + 1), left + 20);
    return () => clearTimeout(timer);
  }, [until]);
  return until > Date.now();
}

function Composer({ app, from }: { app: App; from: string }) {
  const { t } = useTranslation('sandbox');
  const [text, setText] = useState('');
  const [files, setFiles] = useState<Media[]>([]);
  const [error, setError] = useState('');
  const picker = useRef<HTMLInputElement>(null);
  const tries = t('tries', { returnObjects: true }) as unknown as Record<App, string[]>;

  function submit(what: string, media: Media[]) {
    if (!what.trim() && media.length === 0) return;
    setError('');
    send(app, from, what, media.map((m) => m.id)).catch((cause: unknown) => {
      setError(wordsOf(cause));
      setText((now) => now || what);
    });
    setText('');
    setFiles([]);
  }

  function attach(list: FileList | File[] | null) {
    for (const file of list ?? []) {
      upload(file).then((m) => setFiles((all) => [...all, m]), (cause: unknown) => setError(wordsOf(cause)));
    }
  }

  const Attach = app === 'sms' ? IconPlus : app === 'whatsapp' ? IconPaperclip : IconCamera;
  return (
    <form className={classes.composer} onSubmit={(e) => {
      e.preventDefault();
      submit(text, files);
    }}>
      <div className={classes.tries} role="group" aria-label={t('tryThis')}>
        {tries[app].map((words) => <button key={words} type="button" dir="auto" onClick={() => submit(words, [])}>{words}</button>)}
      </div>
      {error && <p className={classes.error} role="alert">{error}</p>}
      {files.length > 0 && (
        <ul className={classes.files}>
          {files.map((f) => (
            <li key={f.id}>
              {f.type.startsWith('image/') ? <img src={mediaUrl(f.id)} alt={f.name} /> : <span><IconFile size={18} aria-hidden />{f.name}</span>}
              <button type="button" aria-label={t('remove', { name: f.name })} onClick={() => setFiles((all) => all.filter((x) => x.id !== f.id))}><IconX size={14} aria-hidden /></button>
            </li>
          ))}
        </ul>
      )}
      <div className={classes.write}>
        <button type="button" className={classes.tool} aria-label={t('attach')} onClick={() => picker.current?.click()}><Attach size={22} aria-hidden /></button>
        <input ref={picker} type="file" multiple hidden onChange={(e) => {
          attach(e.currentTarget.files);
          e.currentTarget.value = '';
        }} />
        <textarea rows={Math.min(4, text.split('\n').length)} dir="auto" value={text} placeholder={t(`write.${app}`)} aria-label={t(`write.${app}`)}
          onChange={(e) => setText(e.currentTarget.value)}
          onPaste={(e) => e.clipboardData.files.length > 0 && (e.preventDefault(), attach(e.clipboardData.files))}
          onKeyDown={(e) => {
            if (e.key === 'Enter' && !e.shiftKey && !e.nativeEvent.isComposing) {
              e.preventDefault();
              submit(text, files);
            }
          }} />
        <button type="submit" className={classes.send} aria-label={t('send')} disabled={!text.trim() && files.length === 0}><IconSend2 size={20} aria-hidden /></button>
      </div>
    </form>
  );
}
