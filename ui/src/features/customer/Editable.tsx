import { ActionIcon, TextInput, UnstyledButton } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Editable.module.css';

interface Props {
  label: string;
  value: string;
  /** Shown instead of the value. */
  shown?: ReactNode;
  may: boolean;
  busy?: boolean;
  onSave: (value: string) => void;
  /** Words when the text cannot be saved. */
  check?: (value: string) => string | undefined;
  /** Without the label above. */
  plain?: boolean;
  /** Opened from outside, to add what is not there yet. */
  editing?: boolean;
  onClose?: () => void;
}

/** A value that becomes a field where it stands. */
export function Editable({ label, value, shown, may, busy, onSave, check, plain, editing = false, onClose }: Props) {
  const { t } = useTranslation('customer');
  const [text, setText] = useState<string | null>(editing ? value : null);
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && text === null) button.current?.focus();
    wasOpen.current = text !== null;
  }, [text]);
  const wrong = text !== null ? check?.(text.trim()) : undefined;

  function save(e: FormEvent) {
    e.preventDefault();
    if (text === null || wrong) return;
    if (text.trim() !== value) onSave(text.trim());
    close();
  }
  const close = () => {
    setText(null);
    onClose?.();
  };
  if (text !== null) {
    return (
      <form className={classes.form} onSubmit={save}>
        <TextInput size="xs" value={text} autoFocus aria-label={label} error={wrong} onChange={(e) => setText(e.currentTarget.value)} className={classes.input}
          onKeyDown={(e) => {
            if (e.key !== 'Escape') return;
            e.preventDefault();
            e.stopPropagation();
            close();
          }} />
        <ActionIcon type="submit" variant="filled" color="petrol" aria-label={t('edit.save')} loading={busy}><IconCheck size={14} /></ActionIcon>
        <ActionIcon onClick={close} aria-label={t('edit.cancel')}><IconX size={14} /></ActionIcon>
      </form>
    );
  }
  const content = shown ?? value;
  if (!may) return <span className={classes.value} dir="auto">{content || '–'}</span>;
  return (
    <UnstyledButton ref={button} className={classes.value} data-empty={!content || undefined} data-plain={plain || undefined} onClick={() => setText(value)} aria-label={`${t('edit.change', { what: label })}${value ? `: ${value}` : ''}`} dir="auto">
      {content || t('edit.empty')}
    </UnstyledButton>
  );
}
