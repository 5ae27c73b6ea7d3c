import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  icon?: ReactNode;
  title: string;
  /** What to do next. */
  text?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ icon, title, text, action }: Props) {
  return (
    <Stack align="center" justify="center" gap={8} p="xl" h="100%" mih={200}>
      <span style={{ color: 'var(--p-soft)' }} aria-hidden>{icon}</span>
      <Text fw={600} ta="center">{title}</Text>
      {text && <Text c="dimmed" ta="center" maw={320}>{text}</Text>}
      {action}
    </Stack>
  );
}
