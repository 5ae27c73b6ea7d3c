import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { looksLikeEmail } from './form';
import { Icon } from './icons';
import { fileSize } from './text';
import type { Attachment } from './types';
import type { Upload, Uploads } from './useUploads';
import type { Words } from './words';

interface Props {
  t: Words;
  field: RefObject<HTMLTextAreaElement | null>;
  /** Asks for name and email first. */
  form: boolean;
  again: boolean;
  uploads: Uploads;
  onSend: (text: string, files: Attachment[], fields?: Record<string, string>) => void;
  onTyping: (on: boolean) => void;
}

const TYPING_AGAIN = 4000;
const MAX_TEXT = 20_000;

/** Says "writing" at once, every four seconds while it goes on, and when it stops. */
function useTyping(tell: (on: boolean) => void) {
  const said = useRef(0);
  const stop = useRef(0);
  const off = () => {
    clearTimeout(stop.current);
    if (said.current) tell(false);
    said.current = 0;
  };
  const on = () => {
    if (Date.now() - said.current > TYPING_AGAIN) {
      said.current = Date.now();
      tell(true);
    }
    clearTimeout(stop.current);
    stop.current = window.setTimeout(off, TYPING_AGAIN);
  };
  return { on, off };
}

export function Composer({ t, field, form, again, uploads, onSend, onTyping }: Props) {
  const [text, setText] = useState('');
  const [person, setPerson] = useState({ name: '', email: '' });
  const [wrong, setWrong] = useState(false);
  const typing = useTyping(onTyping);
  const picker = useRef<HTMLInputElement>(null);
  const ready = (text.trim() !== '' || uploads.list.some((u) => u.done)) && !uploads.busy;

  useEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.blockSize = 'auto';
    area.style.blockSize = `${Math.min(area.scrollHeight, 140)}px`;
  }, [field, text]);

  function send() {
    if (!ready) return;
    const fields = form ? Object.fromEntries(Object.entries(person).map(([k, v]) => [k, v.trim()]).filter(([, v]) => v)) : {};
    if (fields.email && !looksLikeEmail(fields.email)) return setWrong(true);
    onSend(text.trim(), uploads.take(), Object.keys(fields).length ? fields : undefined);
    setText('');
    typing.off();
    field.current?.focus();
  }

  return (
    <form class="composer" noValidate onSubmit={(e) => {
      e.preventDefault();
      send();
    }}>
      {form && <FormFields t={t} person={person} wrong={wrong} onChange={(p) => {
        setPerson(p);
        setWrong(false);
      }} />}
      {uploads.list.length > 0 && (
        <ul class="files">
          {uploads.list.map((u) => <UploadRow key={u.key} t={t} u={u} onRemove={() => uploads.remove(u.key)} />)}
        </ul>
      )}
      <div class="write">
        <button type="button" class="tool" aria-label={t.attach} title={t.attach} onClick={() => picker.current?.click()}><Icon name="clip" /></button>
        <input ref={picker} type="file" multiple hidden tabIndex={-1} onChange={(e) => {
          uploads.add(e.currentTarget.files);
          e.currentTarget.value = '';
        }} />
        <textarea ref={field} rows={1} dir="auto" enterkeyhint="send" maxLength={MAX_TEXT} value={text}
          placeholder={again ? t.again : t.placeholder} aria-label={again ? t.again : t.placeholder}
          onInput={(e) => {
            setText(e.currentTarget.value);
            if (e.currentTarget.value) typing.on();
            else typing.off();
          }}
          onBlur={typing.off}
          onPaste={(e) => {
            const files = e.clipboardData?.files;
            if (files?.length) {
              e.preventDefault();
              uploads.add(files);
            }
          }}
          onKeyDown={(e) => {
            if (e.key === 'Enter' && !e.shiftKey && !e.isComposing && e.keyCode !== 229) {
              e.preventDefault();
              send();
            }
          }} />
        <button type="submit" class="send" aria-label={t.send} title={t.send} disabled={!ready}><Icon name="send" /></button>
      </div>
    </form>
  );
}

interface FieldsProps {
  t: Words;
  person: { name: string; email: string };
  wrong: boolean;
  onChange: (p: { name: string; email: string }) => void;
}

function FormFields({ t, person, wrong, onChange }: FieldsProps) {
  const common = (key: 'name' | 'email') => ({
    autocomplete: key,
    maxLength: 200,
    value: person[key],
    onInput: (e: { currentTarget: HTMLInputElement }) => onChange({ ...person, [key]: e.currentTarget.value }),
  });
  return (
    <fieldset class="form">
      <legend class="sr">{t.formTitle}</legend>
      <label><span>{t.name}<small>{t.optional}</small></span><input dir="auto" {...common('name')} /></label>
      <label>
        <span>{t.email}<small>{t.optional}</small></span>
        <input type="email" dir="ltr" aria-invalid={wrong} aria-describedby="form-wrong" {...common('email')} />
      </label>
      {wrong && <p class="wrong" id="form-wrong" role="alert">{t.emailWrong}</p>}
    </fieldset>
  );
}

function UploadRow({ t, u, onRemove }: { t: Words; u: Upload; onRemove: () => void }) {
  return (
    <li class={u.error ? 'bad' : ''}>
      {u.preview ? <img src={u.preview} alt="" /> : <Icon name={u.error ? 'alert' : 'file'} />}
      <span class="file-name">
        <bdi>{u.name}</bdi>
        <small role={u.error ? 'alert' : undefined}>{u.error || (u.done ? fileSize(u.done.size) : t.uploading(u.percent))}</small>
      </span>
      {!u.done && !u.error && <progress max={100} value={u.percent} aria-label={t.uploading(u.percent)} />}
      <button type="button" class="tool" aria-label={`${t.remove}: ${u.name}`} onClick={onRemove}><Icon name="close" /></button>
    </li>
  );
}
