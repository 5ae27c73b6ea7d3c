import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './admin.module.css';

/** Text to take elsewhere, with a button that copies it. */
export function Copy({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation('admin');
  return (
    <div className={classes.copy}>
      <pre aria-label={label} tabIndex={0}>{text}</pre>
      <CopyButton value={text} timeout={2000}>
        {({ copied, copy }) => (
          <Tooltip label={t(copied ? 'copied' : 'copy')}>
            <ActionIcon size="lg" variant="default" onClick={copy} aria-label={`${t(copied ? 'copied' : 'copy')}: ${label}`}>
              {copied ? <IconCheck size={17} aria-hidden /> : <IconCopy size={17} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
