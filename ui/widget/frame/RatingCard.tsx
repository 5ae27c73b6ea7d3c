import { useState } from 'preact/hooks';
import type { Words } from './words';

const FACES = ['😞', '🙁', '😐', '🙂', '😄'];

interface Props {
  t: Words;
  onRate: (score: number, comment: string) => Promise<void>;
  onSkip: () => void;
}

export function RatingCard({ t, onRate, onSkip }: Props) {
  const [score, setScore] = useState(0);
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  return (
    <form class="card rating" onSubmit={(e) => {
      e.preventDefault();
      setBusy(true);
      onRate(score, comment.trim()).catch(() => {
        setBusy(false);
        setFailed(true);
      });
    }}>
      <fieldset>
        <legend>{t.rateTitle}</legend>
        <div class="faces">
          {FACES.map((face, i) => (
            <label key={face} title={t.rateScale[i]}>
              <input type="radio" name="score" value={i + 1} checked={score === i + 1} onChange={() => setScore(i + 1)} />
              <span aria-hidden="true">{face}</span>
              <span class="sr">{`${i + 1}, ${t.rateScale[i]}`}</span>
            </label>
          ))}
        </div>
        <p class="scale" aria-hidden="true">{score ? t.rateScale[score - 1] : '\u00a0'}</p>
      </fieldset>
      {score > 0 && (
        <label>
          {t.rateComment}
          <textarea rows={2} dir="auto" maxLength={2000} value={comment} onInput={(e) => setComment(e.currentTarget.value)} />
        </label>
      )}
      {failed && <p class="wrong" role="alert">{t.broken}</p>}
      <div class="row">
        <button type="button" class="quiet" onClick={onSkip}>{t.skip}</button>
        <button type="submit" class="main" disabled={!score || busy}>{t.rateSend}</button>
      </div>
    </form>
  );
}
