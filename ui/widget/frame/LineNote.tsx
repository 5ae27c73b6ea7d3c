import { useState } from 'preact/hooks';
import { looksLikeEmail } from './form';
import type { Conversation } from './types';
import { waitWords, wayOf, type Way } from './wait';
import type { Words } from './words';

/** Place in line and what to expect. */
export function LineNote({ t, view }: { t: Words; view: Conversation }) {
  const { line, state } = view;
  if (state === 'offered') return <p class="line" role="status"><b>{t.soon}</b></p>;
  if (!line) return null;
  const wait = waitWords(line, t);
  return (
    <div class="line" role="status">
      <b>{line.position === 1 ? t.next : t.position(line.position)}</b>
      {wait && <span>{wait}</span>}
      <span class="bar" aria-hidden="true">
        <i style={{ inlineSize: `${Math.round((1 - (line.position - 1) / Math.max(line.of, line.position)) * 100)}%` }} />
      </span>
      {wayOf(view) === 'email' && <p>{t.longNote}</p>}
    </div>
  );
}

/** For those who would rather not wait. */
export function InsteadForm({ t, way, onChoose }: { t: Words; way: Way; onChoose: (to: string) => Promise<unknown> }) {
  const [to, setTo] = useState('');
  const [wrong, setWrong] = useState('');
  const mail = way === 'email';
  const good = way === 'message' || (mail ? looksLikeEmail(to) : /(\d\D*){5}/.test(to));
  return (
    <form class="card row" noValidate onSubmit={(e) => {
      e.preventDefault();
      if (good) onChoose(to.trim()).catch(() => setWrong(t.broken));
      else setWrong(mail ? t.emailWrong : t.phoneWrong);
    }}>
      {way !== 'message' && (
        <label>
          {mail ? t.email : t.phone}
          <input type={(mail ? 'email' : 'tel') as 'email'} dir="ltr" autocomplete={mail ? 'email' : 'tel'} maxLength={200} value={to} aria-invalid={!!wrong} aria-describedby="way-wrong"
            onInput={(e) => {
              setTo(e.currentTarget.value);
              setWrong('');
            }} />
        </label>
      )}
      <button type="submit" class="main">{t.instead[way]}</button>
      {wrong && <p class="wrong" id="way-wrong" role="alert">{wrong}</p>}
    </form>
  );
}
