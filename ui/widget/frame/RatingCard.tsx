import { useState } from 'preact/hooks';
import type { Words } from './words';

/** A face from -2 to 2, drawn: not every system has the emoji. */
const Face = ({ mood }: { mood: number }) => (
  <svg viewBox="0 0 24 24" aria-hidden="true" class="icon">
    <path d={`M12 2.5a9.5 9.5 0 1 0 .1 0M9 9.5v.5M15 9.5v.5M8 ${15.5 - mood}q4 ${2.2 * mood} 8 0`} />
  </svg>
);

interface Props {
  t: Words;
  onRate: (score: number, comment: string) => Promise<void>;
  onSkip: () => void;
}

export function RatingCard({ t, onRate, onSkip }: Props) {
  const [score, setScore] = useState(0);
  const [comment, setComment] = useState('');
  const [sending, setSending] = useState<'' | 'busy' | 'failed'>('');
  return (
    <form class="card rating" onSubmit={(e) => {
      e.preventDefault();
      setSending('busy');
      onRate(score, comment.trim()).catch(() => setSending('failed'));
    }}>
      <fieldset>
        <legend>{t.rateTitle}</legend>
        <div class="faces">
          {t.rateScale.map((word, i) => (
            <label key={i} title={word}>
              <input type="radio" name="score" value={i + 1} checked={score === i + 1} onChange={() => setScore(i + 1)} />
              <Face mood={i - 2} />
              <span class="sr">{`${i + 1}, ${word}`}</span>
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
      {sending === 'failed' && <p class="wrong" role="alert">{t.broken}</p>}
      <div class="row">
        <button type="button" class="quiet" onClick={onSkip}>{t.skip}</button>
        <button type="submit" class="main" disabled={!score || sending === 'busy'}>{t.rateSend}</button>
      </div>
    </form>
  );
}
