import { IconBrandMessenger, IconBrandWhatsapp, IconDeviceMobileMessage, IconMessageCircle2 } from '@tabler/icons-react';
import type { Channel } from '@/api/types';
import classes from './channels.module.css';

export const channelName: Record<Channel, string> = {
  webchat: 'Web chat',
  sms: 'SMS',
  whatsapp: 'WhatsApp',
  messenger: 'Messenger',
};

const icons = {
  webchat: IconMessageCircle2,
  sms: IconDeviceMobileMessage,
  whatsapp: IconBrandWhatsapp,
  messenger: IconBrandMessenger,
};

/** The channel's mark, with its name for screen readers unless text stands beside it. */
export function ChannelIcon({ channel, size = 14, labelled = true }: { channel: Channel; size?: number; labelled?: boolean }) {
  const Icon = icons[channel] ?? IconMessageCircle2;
  const name = channelName[channel] ?? channel;
  return (
    <span className={classes.icon} data-channel={channel} role={labelled ? 'img' : undefined} aria-label={labelled ? name : undefined} title={labelled ? name : undefined}>
      <Icon size={size} stroke={1.8} aria-hidden />
    </span>
  );
}
