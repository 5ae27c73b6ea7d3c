import { UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactDetail, ContactPatch } from '@/api/types';
import { dateOf } from '@/ui/time';
import { usePatchContact } from './api';
import classes from './CustomerPanel.module.css';
import { Editable } from './Editable';
import { digits, formatMoney, parseAmount } from './money';
import { Section } from './Section';

interface Field {
  key: string;
  label: string;
  value: string;
  shown?: ReactNode;
  more?: ReactNode;
  check?: (value: string) => string | undefined;
  save: (value: string) => void;
}

/** Company, title, value; then what they bought. What is not known takes no room until it is added. */
export function Account({ contact, may }: { contact: ContactDetail; may: boolean }) {
  const { t } = useTranslation('customer');
  const patch = usePatchContact(contact.id);
  const [adding, setAdding] = useState<string | null>(null);
  const save = (key: keyof ContactPatch) => (value: string) => patch.mutate({ [key]: value });
  const currency = contact.value.currency || 'EUR';
  const company = contact.company;
  const fields: Field[] = [
    {
      key: 'company', label: t('account.company'), value: company?.name ?? '', save: save('company_name'),
      more: company?.industry ? t('account.industry', { industry: company.industry, count: company.employees }) : company?.domain,
    },
    { key: 'title', label: t('account.jobTitle'), value: contact.title, save: save('title') },
    {
      key: 'value', label: t('account.value'), value: contact.value.minor ? String(contact.value.minor / 10 ** digits(currency)) : '', shown: <b>{formatMoney(contact.value)}</b>,
      check: (v) => (v === '' || parseAmount(v, currency) !== null ? undefined : t('edit.badAmount')),
      save: (v) => patch.mutate({ value: { minor: v === '' ? 0 : (parseAmount(v, currency) ?? 0), currency } }),
    },
    {
      key: 'tags', label: t('account.tags'), value: contact.tags.join(', '),
      save: (v) => patch.mutate({ tags: v.split(',').map((tag) => tag.trim()).filter(Boolean) }),
    },
    { key: 'email', label: t('account.email'), value: contact.email, save: save('email') },
    { key: 'phone', label: t('account.phone'), value: contact.phone, save: save('phone') },
    { key: 'language', label: t('account.language'), value: contact.language, shown: nameOf('language', contact.language), save: save('language') },
    { key: 'country', label: t('account.country'), value: contact.country, shown: nameOf('region', contact.country), save: save('country') },
  ];
  const shown = fields.filter((f) => f.value || f.key === adding);
  const absent = fields.filter((f) => !f.value && f.key !== adding);
  return (
    <Section title={t('account.title')}>
      <dl className={classes.fields}>
        {shown.map((f) => (
          <div key={f.key}>
            <dt>{f.label}</dt>
            <dd>
              <Editable label={f.label} value={f.value} shown={f.value ? f.shown : undefined} may={may} check={f.check} busy={patch.isPending}
                editing={f.key === adding} onClose={() => setAdding(null)} onSave={f.save} />
              {f.more && <span className={classes.soft}>{f.more}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {may && absent.length > 0 && (
        <div className={classes.absent}>
          {absent.map((f) => <UnstyledButton key={f.key} className={classes.add} onClick={() => setAdding(f.key)}><IconPlus size={12} aria-hidden /> {f.label}</UnstyledButton>)}
        </div>
      )}
    </Section>
  );
}

/** "it" as Italian, "PL" as Poland; anything else as it is. */
function nameOf(type: 'language' | 'region', code: string): string {
  try {
    return new Intl.DisplayNames(undefined, { type }).of(code) ?? code;
  } catch {
    return code;
  }
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
