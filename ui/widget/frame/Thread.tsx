import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icons';
import { dataKind, speaks, TYPING_LASTS, type Talk } from './reducer';
import { clock, dayName, dayOf, fileSize, pieces } from './text';
import type { Attachment, Message, Pending } from './types';
import type { Words } from './words';

interface Props {
  t: Words;
  language: string;
  talk: Talk;
  greeting: string;
  visible: boolean;
  onRetry: (id: string) => void;
  onDiscard: (id: string) => void;
  children: ComponentChildren;
}

const NEAR = 60;
const GROUPED = 3 * 60_000;

export function Thread({ t, language, talk, greeting, visible, onRetry, onDiscard, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [below, setBelow] = useState(false);
  const messages = talk.view?.messages ?? [];
  const typing = useTyping(talk);

  // Stays at the end if it was there; otherwise says that there is more.
  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
    else setBelow(true);
  }, [messages.length]);
  useLayoutEffect(() => {
    atEnd.current = true;
    toEnd();
  }, [talk.pending.length, visible]);
  useEffect(() => {
    const watch = new ResizeObserver(() => atEnd.current && toEnd());
    if (box.current) {
      watch.observe(box.current);
      watch.observe(box.current.firstElementChild!);
    }
    return () => watch.disconnect();
  }, []);

  return (
    <div class="scroll" ref={box} tabIndex={0} role="region" aria-label={t.log} onScroll={(e) => {
      const b = e.currentTarget;
      atEnd.current = b.scrollHeight - b.scrollTop - b.clientHeight < NEAR;
      if (atEnd.current) setBelow(false);
    }}>
      <div class="thread">
        <div role="log" aria-live="polite" aria-relevant="additions" aria-label={t.log}>
          {greeting && <div class="msg out last"><div class="bubble" dir="auto">{greeting}</div></div>}
          {messages.map((m, i) => (
            <MessageRow key={m.id} t={t} language={language} m={m} before={messages[i - 1]} after={messages[i + 1]} />
          ))}
          {talk.pending.map((p) => <PendingRow key={p.id} t={t} p={p} onRetry={onRetry} onDiscard={onDiscard} />)}
        </div>
        {typing !== null && (
          <div class="msg out last typing" role="status">
            <div class="bubble"><i /><i /><i /><span class="sr">{t.typing(typing || t.someone)}</span></div>
          </div>
        )}
        {children}
      </div>
      {below && <button type="button" class="below" onClick={() => {
        atEnd.current = true;
        toEnd();
        setBelow(false);
      }}><Icon name="down" />{t.newMessages}</button>}
    </div>
  );
}

/** The name of who is writing, or null; gone by itself after a while. */
function useTyping(talk: Talk): string | null {
  const [, again] = useState(0);
  useEffect(() => {
    if (!talk.typing) return;
    const timer = setTimeout(() => again((n) => n + 1), TYPING_LASTS + 50);
    return () => clearTimeout(timer);
  }, [talk.typing]);
  return talk.typing && talk.typing.until > Date.now() ? talk.typing.name : null;
}

const side = (m: Message): string => (m.direction === 'in' ? 'in' : speaks(m) ? 'out' : 'notice');

const together = (a: Message | undefined, b: Message | undefined): boolean =>
  !!a && !!b && side(a) === side(b) && a.name === b.name && Date.parse(b.at) - Date.parse(a.at) < GROUPED;

function MessageRow({ t, language, m, before, after }: { t: Words; language: string; m: Message; before?: Message; after?: Message }) {
  const day = !before || dayOf(before.at) !== dayOf(m.at) ? <p class="day">{dayName(m.at, new Date(), t, language)}</p> : null;
  const where = side(m);
  if (where === 'notice') return <>{day}<p class="notice" dir="auto">{m.text}</p></>;
  const first = !together(before, m);
  const last = !together(m, after);
  return (
    <>
      {day}
      <div class={`msg ${where}${last ? ' last' : ''}${first ? ' first' : ''}`}>
        {where === 'out' && first && m.name && <span class="name" dir="auto">{m.name}</span>}
        <span class="sr">{where === 'in' ? t.you : m.name || t.someone}: </span>
        <Body t={t} text={m.text} files={m.attachments ?? []} />
        {last && <time dateTime={m.at}>{clock(m.at, language)}</time>}
      </div>
    </>
  );
}

function PendingRow({ t, p, onRetry, onDiscard }: { t: Words; p: Pending; onRetry: (id: string) => void; onDiscard: (id: string) => void }) {
  const failed = p.state === 'failed';
  return (
    <div class={`msg in last first ${failed ? 'failed' : p.state}`}>
      <span class="sr">{t.you}: </span>
      <Body t={t} text={p.text} files={p.files} />
      {failed ? (
        <p class="wrong" role="alert">
          {t.failed}{p.error ? `: ${p.error}` : '.'}{' '}
          <button type="button" onClick={() => onRetry(p.id)}>{t.retry}</button>
          <button type="button" onClick={() => onDiscard(p.id)}>{t.remove}</button>
        </p>
      ) : (
        <time dateTime={p.at}>{p.state === 'accepted' ? t.sent : `${t.sending}…`}</time>
      )}
    </div>
  );
}

function Body({ t, text, files }: { t: Words; text: string; files: Attachment[] }) {
  return (
    <>
      {files.map((f) => <File key={f.id} t={t} f={f} />)}
      {text ? (
        <div class="bubble" dir="auto">
          {pieces(text).map((p) => (p.href ? <a href={p.href} target="_blank" rel="noopener noreferrer nofollow">{p.text}</a> : p.text))}
        </div>
      ) : files.length === 0 && <div class="bubble"><em>{t.unsupported}</em></div>}
    </>
  );
}

function File({ t, f }: { t: Words; f: Attachment }) {
  switch (dataKind(f)) {
    case 'image':
      return <a class="image" href={f.url} target="_blank" rel="noopener noreferrer"><img src={f.url} alt={f.name || t.picture} loading="lazy" /></a>;
    case 'audio':
      return <audio controls preload="none" src={f.url} aria-label={f.name} />;
    case 'video':
      return <video controls preload="metadata" src={f.url} aria-label={f.name} />;
  }
  return (
    <a class="bubble file" href={f.url} target="_blank" rel="noopener noreferrer" download={f.name}>
      <Icon name="file" />
      <span class="file-name"><bdi>{f.name}</bdi><small>{fileSize(f.size)}</small></span>
    </a>
  );
}
