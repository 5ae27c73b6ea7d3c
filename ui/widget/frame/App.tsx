import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Client, Snapshot } from './client';
import { Composer } from './Composer';
import { Confirm } from './Confirm';
import { InsteadForm, LineNote } from './LineNote';
import { Header } from './Header';
import type { Host } from './host';
import { inLine, isOpen, unreadOf } from './reducer';
import { RatingCard } from './RatingCard';
import { chime } from './sound';
import { Thread } from './Thread';
import { useUploads } from './useUploads';
import { wayOf } from './wait';
import type { Words } from './words';

interface Props {
  client: Client;
  host: Host;
  t: Words;
  language: string;
  alone: boolean;
}

function useSnapshot(client: Client): Snapshot {
  const [now, set] = useState(client.now);
  useEffect(() => client.subscribe(() => set(client.now)), [client]);
  return now;
}

/** Whether the panel is open and the page is seen. */
function useVisible(host: Host, client: Client, field: RefObject<HTMLTextAreaElement | null>): boolean {
  const [open, setOpen] = useState(host.open);
  const [seen, setSeen] = useState(!document.hidden);
  useEffect(() => {
    const onSeen = () => setSeen(!document.hidden);
    document.addEventListener('visibilitychange', onSeen);
    host.onOpen = (is, focus) => {
      setOpen(is);
      if (is && focus) field.current?.focus();
    };
    // It may have been opened, by hand, before this application was there.
    host.onOpen(host.open, host.focus);
    return () => document.removeEventListener('visibilitychange', onSeen);
  }, [host, field]);
  const visible = open && seen;
  useEffect(() => client.setVisible(visible), [client, visible]);
  return visible;
}

/** True once the connection has been away for two seconds: shorter gaps are nobody's business. */
function useDown(now: Snapshot): boolean {
  const [down, setDown] = useState(false);
  useEffect(() => {
    if (!now.downSince) return setDown(false);
    const timer = setTimeout(() => setDown(true), Math.max(0, now.downSince + 2000 - Date.now()));
    return () => clearTimeout(timer);
  }, [now.downSince]);
  return down;
}

export function App({ client, host, t, language, alone }: Props) {
  const now = useSnapshot(client);
  const { talk, inbox } = now;
  const field = useRef<HTMLTextAreaElement>(null);
  const visible = useVisible(host, client, field);
  const down = useDown(now);
  const uploads = useUploads(client, t);
  const [asking, setAsking] = useState(false);
  const [emailDone, setEmailDone] = useState(false);

  const unread = unreadOf(talk).length;
  const open = isOpen(talk.view);
  useEffect(() => host.tell({ type: 'unread', count: visible ? 0 : unread }), [host, unread, visible]);
  useEffect(() => host.tell({ type: 'talk', open }), [host, open]);
  useEffect(() => {
    client.onArrival = () => {
      if (!visible && client.loud) chime();
    };
  }, [client, visible]);

  const close = () => host.tell({ type: 'close' });
  const view = talk.view;
  const waits = inLine(view);
  const way = waits && view && wayOf(view);
  const offline = inbox !== null && !inbox.online && !open;
  const form = !view && !talk.pending.length && (!!inbox?.form || offline);
  const rate = view?.rating.asked && !open && view.rating.score === 0 && now.skipped !== client.roundKey;

  return (
    <main
      class="app"
      aria-label={t.log}
      onKeyDown={(e) => {
        if (e.key !== 'Escape' || e.isComposing) return;
        if (asking) setAsking(false);
        else if (!alone) close();
      }}
      onDragOver={(e) => {
        e.preventDefault();
        uploads.setOver(true);
      }}
      onDragLeave={(e) => e.relatedTarget === null && uploads.setOver(false)}
      onDrop={(e) => {
        e.preventDefault();
        uploads.setOver(false);
        uploads.add(e.dataTransfer?.files);
      }}
    >
      <Header t={t} inbox={inbox} view={view} open={open} waits={waits} sound={now.sound} alone={alone}
        onSound={() => client.setSound(!now.sound)} onEnd={() => setAsking(true)} onClose={close} />
      {down && <p class="banner" role="status">{t.connecting}</p>}
      {now.broken !== null && !inbox && <p class="banner bad" role="alert">{now.broken || t.broken}</p>}
      <Thread t={t} language={language} talk={talk} greeting={inbox ? inbox.greeting || t.greeting : ''} visible={visible}
        onRetry={(id) => client.retry(id)} onDiscard={(id) => client.discard(id)}>
        {waits && view && <LineNote t={t} view={view} />}
        {way && (way === 'email' && emailDone ? <p class="notice" role="status">{t.emailSaved}</p> : (
          <InsteadForm key={way} t={t} way={way} onChoose={async (to) => {
            if (way !== 'email') return client.instead(way, to);
            setEmailDone(true);
            client.send(t.emailMe(to), [], { email: to });
          }} />
        ))}
        {view && !open && <p class="notice">{t.ended}</p>}
        {rate && <RatingCard key={client.roundKey} t={t} onRate={(s, c) => client.rate(s, c)} onSkip={() => client.skip()} />}
        {view && !open && view.rating.score > 0 && <p class="notice">{t.rateThanks}</p>}
      </Thread>
      {offline && <p class="away">{t.offline}</p>}
      <Composer t={t} field={field} form={form} again={view !== null && !open} uploads={uploads}
        onSend={(text, files, fields) => client.send(text, files, fields)} onTyping={(on) => client.typing(on)} />
      {uploads.over && <div class="drop"><span>{t.drop}</span></div>}
      {asking && (
        <Confirm ask={waits ? t.leaveAsk : t.endAsk} yes={waits ? t.leaveYes : t.endYes} no={t.cancel} failed={t.broken}
          onYes={() => client.leave()} onDone={() => {
            setAsking(false);
            field.current?.focus();
          }} />
      )}
    </main>
  );
}
