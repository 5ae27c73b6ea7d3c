import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactDetail, ContactPatch } from '@/api/types';
import { dateOf } from '@/ui/time';
import { usePatchContact } from './api';
import classes from './CustomerPanel.module.css';
import { Editable } from './Editable';
import { digits, formatMoney, parseAmount } from './money';
import { Section } from './Section';

/** Company, title, value; then what they bought. */
export function Account({ contact, may }: { contact: ContactDetail; may: boolean }) {
  const { t } = useTranslation('customer');
  const patch = usePatchContact(contact.id);
  const save = (key: keyof ContactPatch) => (value: string) => patch.mutate({ [key]: value });
  const currency = contact.value.currency || 'EUR';
  const amount = contact.value.minor ? String(contact.value.minor / 10 ** digits(currency)) : '';
  const company = contact.company;
  return (
    <Section title={t('account.title')}>
      <dl className={classes.fields}>
        <Row label={t('account.company')}>
          <Editable label={t('account.company')} value={company?.name ?? ''} may={may} onSave={save('company_name')} />
          {company && (company.industry || company.domain) && (
            <span className={classes.soft}>{company.industry ? t('account.industry', { industry: company.industry, count: company.employees }) : company.domain}</span>
          )}
        </Row>
        <Row label={t('account.jobTitle')}><Editable label={t('account.jobTitle')} value={contact.title} may={may} onSave={save('title')} /></Row>
        <Row label={t('account.value')}>
          <Editable label={t('account.value')} value={amount} shown={contact.value.minor ? <b>{formatMoney(contact.value)}</b> : ''} may={may}
            check={(v) => (v === '' || parseAmount(v, currency) !== null ? undefined : t('edit.badAmount'))}
            onSave={(v) => patch.mutate({ value: { minor: v === '' ? 0 : (parseAmount(v, currency) ?? 0), currency } })} />
        </Row>
        <Row label={t('account.email')}><Editable label={t('account.email')} value={contact.email} may={may} onSave={save('email')} /></Row>
        <Row label={t('account.phone')}><Editable label={t('account.phone')} value={contact.phone} may={may} onSave={save('phone')} /></Row>
        <Row label={t('account.language')}><Editable label={t('account.language')} value={contact.language} may={may} onSave={save('language')} /></Row>
        <Row label={t('account.country')}><Editable label={t('account.country')} value={contact.country} may={may} onSave={save('country')} /></Row>
      </dl>
    </Section>
  );
}

function Row({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const few = 3;

export function Orders({ contact }: { contact: ContactDetail }) {
  const { t } = useTranslation('customer');
  const [all, showAll] = useState(false);
  const shown = all ? contact.orders : contact.orders.slice(0, few);
  return (
    <Section title={t('orders.title')}>
      {contact.orders.length === 0 && <p className={classes.soft}>{t('orders.none')}</p>}
      <ul className={classes.list}>
        {shown.map((o) => {
          const head = (
            <>
              <span className={classes.itemTop}>
                <b>{o.number}</b>
                <span className={classes.pill} data-status={o.status.toLowerCase()}>{o.status}</span>
                <span className={classes.when}>{formatMoney(o.total)}</span>
              </span>
              <span className={classes.snippet} dir="auto" title={o.items}>{dateOf(o.placed_at)} · {o.items}</span>
            </>
          );
          const safe = o.url && /^https?:\/\//i.test(o.url);
          return (
            <li key={o.id}>
              {safe ? <a className={classes.item} href={o.url} target="_blank" rel="noreferrer noopener">{head}</a> : <div className={classes.item} data-still>{head}</div>}
            </li>
          );
        })}
      </ul>
      {contact.orders.length > shown.length && <UnstyledButton className={classes.more} onClick={() => showAll(true)}>{t('orders.more', { count: contact.orders.length })}</UnstyledButton>}
    </Section>
  );
}
