import { ActionIcon, Tooltip } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Measure } from './measures';

/** The server's own definition of a figure, found under the first of its names; durations say what a percentile is. */
export function definitionOf(definitions: Record<string, string>, m: Measure): string | undefined {
  const text = m.defined.map((name) => definitions[name]).find((found) => found !== undefined && found !== '');
  const more = m.unit === 'seconds' ? definitions['percentiles'] : undefined;
  return text && more ? `${text} ${more}` : text;
}

/** A mark that says how a figure is counted: on hover, focus and touch. */
export function Defined({ title, text }: { title: string; text: string | undefined }) {
  const { t } = useTranslation('reports');
  if (text === undefined) return null;
  return (
    <Tooltip label={text} multiline w={300} openDelay={0} events={{ hover: true, focus: true, touch: true }}>
      <ActionIcon size={24} aria-label={t('defined', { title })}>
        <IconInfoCircle size={15} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
