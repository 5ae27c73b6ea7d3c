import { useRef, useState, type PointerEvent } from 'react';
import classes from './calendar.module.css';
import { snap, spanWords, type Span } from './hours';

interface Props {
  spans: readonly Span[];
  before: readonly Span[];
  beforeWords: string;
  onChange: (spans: Span[]) => void;
}

interface Pull {
  /** Which span is pulled; the number of spans for a new one. */
  index: number;
  /** The end that stays where it is. */
  anchor: number;
  span: Span;
}

const percent = (m: number) => `${String((Math.min(1440, m) / 1440) * 100)}%`;

/**
 * The day as a bar from midnight to midnight, to pull with a pointer. Fields
 * beside it do the same by keyboard, so it is not told to screen readers.
 */
export function Strip({ spans, before, beforeWords, onChange }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [pull, setPull] = useState<Pull | null>(null);
  const shown = pull ? [...spans.slice(0, pull.index), pull.span, ...spans.slice(pull.index + 1)] : spans;

  const at = (e: PointerEvent): number => {
    const r = box.current?.getBoundingClientRect();
    if (!r || r.width === 0) return 0;
    const share = getComputedStyle(box.current as Element).direction === 'rtl' ? r.right - e.clientX : e.clientX - r.left;
    return snap((share / r.width) * 1440);
  };
  const begin = (e: PointerEvent, index: number, anchor: number | null) => {
    if (e.button !== 0) return;
    e.preventDefault();
    e.stopPropagation();
    box.current?.setPointerCapture(e.pointerId);
    const m = anchor ?? at(e);
    setPull({ index, anchor: m, span: spans[index] ?? { from: m, to: m } });
  };
  const move = (e: PointerEvent) => {
    if (!pull) return;
    const m = at(e);
    setPull({ ...pull, span: { from: Math.min(pull.anchor, m), to: Math.max(pull.anchor, m) } });
  };
  const end = (done: boolean) => {
    if (!pull) return;
    setPull(null);
    const s = pull.span;
    if (!done || s.to - s.from < 15 || s.from >= 1440) return;
    onChange([...spans.slice(0, pull.index), s, ...spans.slice(pull.index + 1)].sort((a, b) => a.from - b.from));
  };
  return (
    <div ref={box} className={classes.strip} aria-hidden data-testid="strip" data-pulled={pull ? true : undefined} onPointerDown={(e) => begin(e, spans.length, null)} onPointerMove={move} onPointerUp={() => end(true)} onPointerCancel={() => end(false)}>
      {before.map((s, i) => <span key={i} className={classes.carried} title={beforeWords} style={{ insetInlineStart: 0, inlineSize: percent(s.to) }} />)}
      {shown.map((s, i) => (
        <span key={i} className={classes.bar} data-on={s.to > 1440 || undefined} title={spanWords(s)} style={{ insetInlineStart: percent(s.from), inlineSize: percent(Math.min(1440, s.to) - s.from) }} onPointerDown={(e) => e.stopPropagation()}>
          <span className={classes.grip} onPointerDown={(e) => begin(e, i, Math.min(1440, s.to))} />
          {pull?.index === i ? <span className={classes.pulled}>{spanWords(s)}</span> : null}
          {s.to > 1440 ? null : <span className={classes.grip} data-end onPointerDown={(e) => begin(e, i, s.from)} />}
        </span>
      ))}
    </div>
  );
}
