import { useState } from 'preact/hooks';
import { looksLikeEmail } from './form';
import type { Conversation } from './types';
import { isLong, waitWords } from './wait';
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
      {isLong(line) && <p>{t.longNote}</p>}
    </div>
  );
}

/** For those who would wait too long. */
export function EmailForm({ t, done, onEmail }: { t: Words; done: boolean; onEmail: (email: string) => void }) {
  const [email, setEmail] = useState('');
  const [wrong, setWrong] = useState(false);
  if (done) return <p class="notice" role="status">{t.emailSaved}</p>;
  return (
    <form class="card row" noValidate onSubmit={(e) => {
      e.preventDefault();
      if (looksLikeEmail(email)) onEmail(email.trim());
      else setWrong(true);
    }}>
      <label>
        {t.email}
        <input type="email" dir="ltr" autocomplete="email" value={email} aria-invalid={wrong} aria-describedby={wrong ? 'email-wrong' : undefined}
          onInput={(e) => {
            setEmail(e.currentTarget.value);
            setWrong(false);
          }} />
      </label>
      <button type="submit" class="main">{t.longEmail}</button>
      {wrong && <p class="wrong" id="email-wrong" role="alert">{t.emailWrong}</p>}
    </form>
  );
}
