import { Icon } from './icons';
import type { Conversation, Inbox } from './types';
import type { Words } from './words';

interface Props {
  t: Words;
  inbox: Inbox | null;
  view: Conversation | null;
  open: boolean;
  waits: boolean;
  sound: boolean;
  alone: boolean;
  onSound: () => void;
  onEnd: () => void;
  onClose: () => void;
}

const Button = ({ name, label, onClick }: { name: 'sound' | 'mute' | 'leave' | 'down'; label: string; onClick: () => void }) => (
  <button type="button" class="tool" aria-label={label} title={label} onClick={onClick}>
    <Icon name={name} />
  </button>
);

export function Header({ t, inbox, view, open, waits, sound, alone, onSound, onEnd, onClose }: Props) {
  const agent = open ? view?.agent : null;
  const label = inbox?.label ?? '';
  return (
    <div class="head">
      <span class="face" aria-hidden="true">{agent?.initials || label.slice(0, 1) || ' '}</span>
      <div class="who">
        <h1 dir="auto">{agent?.name || label || '\u00a0'}</h1>
        <p>
          {agent ? label : inbox ? (<><i class={inbox.online ? 'dot' : 'dot off'} />{inbox.online ? t.online : t.away}</>) : '\u00a0'}
        </p>
      </div>
      <Button name={sound ? 'sound' : 'mute'} label={sound ? t.soundOff : t.soundOn} onClick={onSound} />
      {open && <Button name="leave" label={waits ? t.leave : t.end} onClick={onEnd} />}
      {!alone && <Button name="down" label={t.close} onClick={onClose} />}
    </div>
  );
}
