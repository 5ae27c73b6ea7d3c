import { Button, CloseButton } from '@mantine/core';
import { IconFile } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Upload } from '@/api/client';
import classes from './Files.module.css';
import type { Uploading } from './useUploads';

interface Props {
  files: Upload[];
  uploading: Uploading[];
  onRemove: (id: string) => void;
  onCancel: (key: number) => void;
  onRetry: (key: number) => void;
}

/** What will go with the message, and what is still on its way. */
export function Files({ files, uploading, onRemove, onCancel, onRetry }: Props) {
  const { t } = useTranslation('inbox');
  if (files.length + uploading.length === 0) return null;
  return (
    <ul className={classes.files}>
      {files.map((f) => (
        <li key={f.id} className={classes.file}>
          {f.type.startsWith('image/') && f.url ? <img src={f.url} alt="" /> : <IconFile size={16} aria-hidden />}
          <span className={classes.name}><bdi>{f.name}</bdi></span>
          <CloseButton size="sm" onClick={() => onRemove(f.id)} aria-label={t('compose.remove', { name: f.name })} />
        </li>
      ))}
      {uploading.map((u) => (
        <li key={u.key} className={classes.file} data-failed={u.error ? '' : undefined}>
          <IconFile size={16} aria-hidden />
          <span className={classes.name}>
            {u.error ? t('compose.uploadFailed', { name: u.file.name, why: u.error }) : t('compose.uploading', { name: u.file.name, percent: Math.round(u.share * 100) })}
          </span>
          {u.error && <Button size="compact-xs" variant="default" onClick={() => onRetry(u.key)}>{t('compose.uploadRetry')}</Button>}
          <CloseButton size="sm" onClick={() => onCancel(u.key)} aria-label={t('compose.remove', { name: u.file.name })} />
          {!u.error && <span className={classes.bar} style={{ width: `${u.share * 100}%` }} />}
        </li>
      ))}
    </ul>
  );
}
