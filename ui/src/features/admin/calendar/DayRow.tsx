import { ActionIcon, Input, Menu } from '@mantine/core';
import { IconCopy, IconDots, IconMoon, IconPlus, IconSun, IconTrash, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '@/ui/announce';
import { Hint } from '../rings/Hint';
import classes from './calendar.module.css';
import { nextSpan, pastMidnight, span, spanWords, type Span } from './hours';
import { Strip } from './Strip';
import { TimeField } from './TimeField';

interface Props {
  name: string;
  /** What stands in place of the name, if it is more than that. */
  head?: ReactNode;
  spans: readonly Span[];
  /** What reaches into this day from the one before. */
  before?: readonly Span[];
  beforeName?: string;
  error?: string | undefined;
  /** What is allowed and most likely not meant. */
  hint?: string | undefined;
  onChange: (spans: Span[]) => void;
  onCopy?: (to: 'work' | 'all') => void;
  onRemove?: () => void;
}

/** One day: its hours as fields, and as a bar to pull. */
export function DayRow({ name, head, spans, before, beforeName, error, hint, onChange, onCopy, onRemove }: Props) {
  const { t } = useTranslation('calendar');
  const next = nextSpan(spans);
  const put = (i: number, s: Span) => onChange(spans.map((old, n) => (n === i ? s : old)));
  return (
    <div className={classes.day} role="group" aria-label={name} data-holiday={onCopy ? undefined : true}>
      <div className={classes.dayName} data-closed={spans.length === 0 || undefined}>{head ?? name}</div>
      {before ? <Strip spans={spans} before={before} beforeWords={t('fromBefore', { day: beforeName })} onChange={onChange} /> : null}
      <div className={classes.spans}>
        {spans.length === 0 ? <span className={classes.closed}>{t('closed')}</span> : null}
        {spans.map((s, i) => (
          <SpanRow key={i} day={name} value={s} onChange={(n) => put(i, n)} onRemove={() => onChange(spans.filter((_, n) => n !== i))} />
        ))}
      </div>
      <div className={classes.tools}>
        <ActionIcon aria-label={t('addTo', { day: name })} disabled={next === null} onClick={() => next && onChange([...spans, next])}><IconPlus size={16} aria-hidden /></ActionIcon>
        {onCopy ? (
          <Menu position="bottom-end" zIndex={400}>
            <Menu.Target><ActionIcon aria-label={t('menu', { day: name })}><IconDots size={16} aria-hidden /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              {(['work', 'all'] as const).map((to) => (
                <Menu.Item key={to} leftSection={<IconCopy size={15} aria-hidden />}
                  onClick={() => {
                    onCopy(to);
                    announce(t('copied', { day: name }));
                  }}>
                  {t(to === 'work' ? 'copyWork' : 'copyAll')}
                </Menu.Item>
              ))}
              <Menu.Divider />
              <Menu.Item leftSection={<IconSun size={15} aria-hidden />} onClick={() => onChange([{ from: 0, to: 1440 }])}>{t('whole')}</Menu.Item>
              <Menu.Item leftSection={<IconMoon size={15} aria-hidden />} onClick={() => onChange([])}>{t('clear')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : null}
        {onRemove ? <ActionIcon aria-label={t('remove', { day: name })} onClick={onRemove}><IconTrash size={16} aria-hidden /></ActionIcon> : null}
      </div>
      {error ? <Input.Error className={classes.dayFault} role="alert">{error}</Input.Error> : hint ? <div className={classes.dayFault}><Hint words={hint} /></div> : null}
    </div>
  );
}

function SpanRow({ day, value, onChange, onRemove }: { day: string; value: Span; onChange: (s: Span) => void; onRemove: () => void }) {
  const { t } = useTranslation('calendar');
  return (
    <div className={classes.span}>
      <TimeField label={t('from', { day })} value={value.from} onChange={(from) => onChange(span(from, value.to > 1440 ? value.to - 1440 : value.to))} />
      <span aria-hidden>–</span>
      <TimeField end label={t('to', { day })} value={value.to} onChange={(to) => onChange(span(value.from, to))} />
      {value.to - value.from === 1440 ? <span className={classes.mark}>{t('wholeDay')}</span> : pastMidnight(value) ? <span className={classes.mark}>{t('nextDay')}</span> : null}
      <ActionIcon size="sm" aria-label={t('removeFrom', { span: spanWords(value), day })} onClick={onRemove}><IconX size={15} aria-hidden /></ActionIcon>
    </div>
  );
}
