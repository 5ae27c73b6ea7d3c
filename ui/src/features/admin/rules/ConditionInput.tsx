import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '@/ui/announce';
import { completions, insertCompletion, type Completions } from './complete';
import classes from './rules.module.css';
import type { Language, Mistake } from './types';

interface Props {
  value: string;
  onChange: (value: string) => void;
  language: Language | undefined;
  mistake: Mistake | null;
  checked: boolean;
}

const none: Completions = { from: 0, items: [] };

/** A condition with its mistake marked where it is, and suggestions while typing. */
export function ConditionInput({ value, onChange, language, mistake, checked }: Props) {
  const { t } = useTranslation('rules');
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [offered, setOffered] = useState<Completions>(none);
  const [at, setAt] = useState(0);
  const open = offered.items.length > 0;

  const look = (text: string, caret: number, asked = false) => {
    const next = language ? completions(text, caret, language, asked) : none;
    setOffered(next);
    setAt(0);
    if (asked || (next.items.length > 0 && !open)) announce(t('found', { count: next.items.length }));
  };
  const accept = (i: number) => {
    const item = offered.items[i];
    const field = area.current;
    if (!item || !field) return;
    const next = insertCompletion(value, field.selectionStart, offered.from, item.insert);
    onChange(next.text);
    setOffered(none);
    // After React has put the text there.
    requestAnimationFrame(() => {
      field.focus();
      field.setSelectionRange(next.caret, next.caret);
      if (/["(]$/.test(item.insert) && item.type !== '') look(next.text, next.caret);
    });
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key === ' ' && e.ctrlKey) {
      e.preventDefault();
      look(value, area.current?.selectionStart ?? value.length, true);
      return;
    }
    if (!open) return;
    const step = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      e.preventDefault();
      setAt((at + step + offered.items.length) % offered.items.length);
    } else if ((e.key === 'Enter' || e.key === 'Tab') && !e.shiftKey) {
      e.preventDefault();
      accept(at);
    } else if (e.key === 'Escape') {
      e.preventDefault();
      e.stopPropagation();
      setOffered(none);
    }
  };
  return (
    <div className={classes.condition}>
      <label htmlFor={`${id}-text`} className={classes.label}>{t('when')}</label>
      <p className={classes.help} id={`${id}-help`}>{t('whenHelp')}</p>
      <div className={classes.code} data-wrong={mistake ? true : undefined}>
        <pre aria-hidden className={classes.mirror}><Marked text={value} mistake={mistake} />{'\n'}</pre>
        <textarea ref={area} id={`${id}-text`} className={classes.text} value={value} rows={1} dir="ltr" spellCheck={false} autoCapitalize="off" autoComplete="off"
          aria-invalid={mistake ? true : undefined} aria-describedby={`${id}-help ${id}-said`} aria-autocomplete="list" aria-controls={open ? `${id}-list` : undefined}
          aria-activedescendant={open ? `${id}-${String(at)}` : undefined} data-condition
          onChange={(e) => {
            onChange(e.currentTarget.value);
            look(e.currentTarget.value, e.currentTarget.selectionStart);
          }}
          onKeyDown={onKeyDown} onBlur={() => setOffered(none)} onClick={() => setOffered(none)} />
      </div>
      {open && (
        <ul className={classes.offers} role="listbox" id={`${id}-list`} aria-label={t('suggestions')}>
          {offered.items.map((c, i) => (
            <li key={c.label} role="option" id={`${id}-${String(i)}`} aria-selected={i === at} className={classes.offer}
              ref={(el) => { if (i === at) el?.scrollIntoView({ block: 'nearest' }); }}
              onMouseDown={(e) => { e.preventDefault(); accept(i); }}>
              <code>{c.label}</code>
              <span className={classes.soft}>{c.words}</span>
            </li>
          ))}
        </ul>
      )}
      <p className={classes.said} id={`${id}-said`} role="status" data-wrong={mistake ? true : undefined}>
        {mistake ? <><b>{t('at', { line: mistake.line, column: mistake.column, message: mistake.message })}</b> <span>{sentence(mistake.remedy)}</span></> : checked ? t('ok') : t('checking')}
      </p>
    </div>
  );
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1) + (/[.?!]$/.test(words) ? '' : '.');

// The server counts characters, not UTF-16 units.
function Marked({ text, mistake }: { text: string; mistake: Mistake | null }) {
  if (!mistake) return <>{text}</>;
  const all = Array.from(text);
  const to = Math.max(mistake.to, mistake.from + 1);
  return (
    <>
      {all.slice(0, mistake.from).join('')}
      <mark>{all.slice(mistake.from, to).join('') || ' '}</mark>
      {all.slice(to).join('')}
    </>
  );
}
