import { useRef, useState, type FocusEvent, type PointerEvent } from 'react';
import type { Conversation } from '@/api/types';
import { hold, type Held } from './order';

/**
 * Keeps the order still while the pointer or the focus is inside. What I do with
 * the keyboard elsewhere is not held up by a resting pointer: `release` lets go.
 */
export function useHold(items: Conversation[], viewKey: string) {
  const [held, setHeld] = useState<{ key: string; before: Conversation[] } | null>(null);
  const inside = useRef({ pointer: false, focus: false });

  const current = held && held.key === viewKey ? held.before : null;
  const result: Held = hold(current, items);

  const update = () => {
    const on = inside.current.pointer || inside.current.focus;
    setHeld((now) => (on ? (now && now.key === viewKey ? now : { key: viewKey, before: items }) : null));
  };
  const release = () => {
    const on = inside.current.pointer || inside.current.focus;
    setHeld(on ? { key: viewKey, before: items } : null);
  };
  const handlers = {
    onPointerEnter: (e: PointerEvent) => {
      if (e.pointerType === 'touch') return;
      inside.current.pointer = true;
      update();
    },
    onPointerLeave: () => {
      inside.current.pointer = false;
      update();
    },
    onFocus: () => {
      inside.current.focus = true;
      update();
    },
    onBlur: (e: FocusEvent) => {
      if (e.currentTarget.contains(e.relatedTarget as Node | null)) return;
      inside.current.focus = false;
      update();
    },
  };
  return { ...result, handlers, release };
}
