import { ActionIcon, Tooltip } from '@mantine/core';
import { IconBrandMessenger, IconBrandWhatsapp, IconMail, IconPhone, IconRosetteDiscountCheckFilled, IconStar, IconStarFilled, IconUser, IconWorld, IconBan } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ContactDetail, Identity as IdentityItem } from '@/api/types';
import { Avatar } from '@/ui/Avatar';
import { dateOf, span, useNow } from '@/ui/time';
import { usePatchContact } from './api';
import classes from './CustomerPanel.module.css';
import { Editable } from './Editable';

const icons = { phone: IconPhone, wa_id: IconBrandWhatsapp, bsuid: IconBrandWhatsapp, psid: IconBrandMessenger, email: IconMail, visitor: IconWorld, user_id: IconUser };

/** Who it is, and which addresses are really theirs. */
export function IdentityBlock({ contact, may }: { contact: ContactDetail; may: boolean }) {
  const { t } = useTranslation('customer');
  const patch = usePatchContact(contact.id);
  const now = useNow(30);
  const seen = contact.seen_at ? Date.parse(contact.seen_at) : 0;
  return (
    <section className={classes.identity}>
      <div className={classes.top}>
        <Avatar name={contact.name} id={contact.id} size={44} />
        <div className={classes.name}>
          <h2><Editable label={t('account.name')} value={contact.name} may={may} onSave={(name) => patch.mutate({ name })} plain /></h2>
          <span className={classes.soft}>{seen > 0 ? t('seen', { time: span((now - seen) / 1000) }) : t('since', { date: dateOf(contact.created_at) })}</span>
        </div>
        {may ? (
          <Tooltip label={contact.vip ? t('unmakeVip') : t('makeVip')}>
            <ActionIcon onClick={() => patch.mutate({ vip: !contact.vip })} aria-label={contact.vip ? t('unmakeVip') : t('makeVip')} aria-pressed={contact.vip} className={contact.vip ? classes.vip : undefined}>
              {contact.vip ? <IconStarFilled size={17} /> : <IconStar size={17} />}
            </ActionIcon>
          </Tooltip>
        ) : contact.vip && <span className={classes.vip}><IconStarFilled size={15} aria-hidden /> {t('vip')}</span>}
      </div>
      <ul className={classes.identities}>
        {contact.identities.map((i) => <IdentityRow key={i.id} identity={i} />)}
      </ul>
    </section>
  );
}

function IdentityRow({ identity: i }: { identity: IdentityItem }) {
  const { t } = useTranslation('customer');
  const Icon = icons[i.kind as keyof typeof icons] ?? IconUser;
  const kind = t(`kind.${i.kind}`, { defaultValue: i.kind });
  // What means nothing to people is shortened; the whole stands in the title.
  const opaque = ['psid', 'bsuid', 'visitor'].includes(i.kind);
  const value = opaque ? (i.name || `…${i.value.slice(-6)}`) : i.kind === 'wa_id' ? `+${i.value.replace(/^\+/, '')}` : i.value;
  return (
    <li>
      <Icon size={15} stroke={1.7} aria-hidden />
      <span className={classes.address} title={`${kind}: ${i.value}`}><span className="p-hidden">{kind}: </span><bdi>{value}</bdi></span>
      {opaque && <span className={classes.soft}>{kind}</span>}
      {i.verified && (
        <Tooltip label={t('verified')}><IconRosetteDiscountCheckFilled size={16} className={classes.verified} role="img" aria-label={t('verified')} /></Tooltip>
      )}
      {i.opted_out && (
        <Tooltip label={t('optedOut')}><IconBan size={16} className={classes.bad} role="img" aria-label={t('optedOut')} /></Tooltip>
      )}
    </li>
  );
}
