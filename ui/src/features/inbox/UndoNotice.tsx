import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function UndoNotice({ words, onUndo }: { words: string; onUndo: () => void }) {
  const { t } = useTranslation('inbox');
  return (
    <span style={{ display: 'flex', alignItems: 'center', gap: 10 }}>
      <bdi style={{ flex: 1 }}>{words}</bdi>
      <Button size="compact-sm" variant="default" onClick={onUndo}>{t('act.undo')}</Button>
    </span>
  );
}
