import { useTranslation } from 'react-i18next';
import classes from './admin.module.css';
import { Copy } from './Copy';
import type { InboxItem } from './types';

/** What is left to do at the provider, with the texts to take there. */
export function Connect({ inbox }: { inbox: InboxItem }) {
  const { t } = useTranslation('admin');
  const web = Boolean(inbox.snippet);
  return (
    <div className={classes.connect}>
      {web ? (
        <>
          <h4 className={classes.subTitle}>{t('inbox.snippet')}</h4>
          <p className={classes.help}>{t('inbox.snippetHelp')}</p>
          <Copy label={t('inbox.snippet')} text={inbox.snippet ?? ''} />
        </>
      ) : (
        <>
          <h4 className={classes.subTitle}>{t('inbox.webhook')}</h4>
          <Copy label={t('inbox.webhook')} text={inbox.webhook_url} />
        </>
      )}
      {inbox.steps.length > 0 ? (
        <>
          <h4 className={classes.subTitle}>{t('inbox.steps')}</h4>
          <p className={classes.help}>{t('inbox.setupHelp')}</p>
          <ol className={classes.steps}>
            {inbox.steps.map((step) => <li key={step}>{step}</li>)}
          </ol>
        </>
      ) : null}
    </div>
  );
}
