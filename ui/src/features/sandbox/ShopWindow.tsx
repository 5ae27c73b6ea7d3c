import { ActionIcon } from '@mantine/core';
import { IconExternalLink, IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './sandbox.module.css';

/** The shop, framed like a browser's window. */
export function ShopWindow({ hidden }: { hidden: boolean }) {
  const { t } = useTranslation('sandbox');
  return (
    <section className={classes.browser} hidden={hidden} aria-label={t('shop')}>
      <div className={classes.bar}>
        <i /><i /><i />
        <span><IconLock size={12} aria-hidden />{t('shopAddress')}</span>
        <ActionIcon component="a" href="/sandbox/shop" target="_blank" rel="noreferrer" aria-label={t('shopOpen')} title={t('shopOpen')}>
          <IconExternalLink size={16} />
        </ActionIcon>
      </div>
      <iframe src="/sandbox/shop" title={t('shop')} />
    </section>
  );
}
