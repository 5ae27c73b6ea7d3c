import { ActionIcon, Tooltip } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** The server's own definition of a figure, found under the first of several names. */
export function definitionOf(definitions: Record<string, string>, names: readonly string[]): string | undefined {
  return names.map((name) => definitions[name]).find((text) => text !== undefined && text !== '');
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
