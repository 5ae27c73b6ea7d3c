import { useEffect, useRef } from 'react';
import { settings } from './settings';

/** What the guard needs of a keyboard event; the DOM's fits. */
export interface KeyPress {
  key: string;
  code?: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  isComposing?: boolean;
  keyCode?: number;
  repeat?: boolean;
  target: EventTarget | null;
  getModifierState?: (key: string) => boolean;
}

export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** An input method is composing: the key belongs to it (229 is what some browsers say instead). */
export function composing(e: Pick<KeyPress, 'isComposing' | 'keyCode'>): boolean {
  return Boolean(e.isComposing) || e.keyCode === 229;
}

export function inField(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('[contenteditable=""],[contenteditable="true"]')) return true;
  const field = target.closest('input,textarea,select');
  if (!field) return false;
  const type = field instanceof HTMLInputElement ? field.type : '';
  return !['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'file'].includes(type);
}

/**
 * The name of a key press: "mod+enter", "shift+f8", "r", "?". Empty for keys that
 * must be left alone: composition, and anything with Alt or AltGr, which types letters.
 */
export function nameOf(e: KeyPress, mac = isMac): string {
  if (composing(e) || e.altKey || e.getModifierState?.('AltGraph')) return '';
  const mod = mac ? e.metaKey : e.ctrlKey;
  const other = mac ? e.ctrlKey : e.metaKey;
  if (other) return '';
  const key = e.key.toLowerCase();
  if (['shift', 'control', 'meta', 'alt', 'capslock', 'dead', 'process', 'unidentified'].includes(key)) return '';
  // Shift is part of the character for signs such as ?; it is named with letters and named keys.
  const shift = e.shiftKey && (key.length > 1 || key !== key.toUpperCase());
  return (mod ? 'mod+' : '') + (shift ? 'shift+' : '') + key;
}

/** Whether a single key may act: outside fields, dialogs and menus, and not switched off. */
export function singleKeyAllowed(e: KeyPress, on = settings.get().singleKeys): boolean {
  if (!on || inField(e.target)) return false;
  return !(e.target instanceof Element && e.target.closest('[role="dialog"],[role="menu"],[role="listbox"]'));
}

const isSingle = (name: string) => !name.startsWith('mod+') && !/^(shift\+)?f\d+$/.test(name) && name !== 'escape';

export type Keymap = Record<string, (e: KeyboardEvent) => void | boolean>;

interface Entry {
  current: Keymap;
}

const stack: Entry[] = [];
let pending = '';
let pendingTimer: ReturnType<typeof setTimeout> | undefined;

function find(name: string): Keymap[string] | undefined {
  for (let i = stack.length - 1; i >= 0; i--) {
    const handler = stack[i]?.current[name];
    if (handler) return handler;
  }
  return undefined;
}

function opensSequence(name: string): boolean {
  return stack.some((entry) => Object.keys(entry.current).some((k) => k.startsWith(name + ' ')));
}

// Escape belongs to whatever lies on top. A dialog may be gone by the time the key
// reaches the document, so this looks while the key is still on its way down.
let covered = false;
function look(): void {
  covered = document.querySelector('[role="dialog"],[role="menu"],[role="listbox"]') !== null;
}

function onKey(e: KeyboardEvent): void {
  if (e.defaultPrevented) return;
  const name = nameOf(e);
  if (!name || (name === 'escape' && covered)) return;
  if (isSingle(name) && !singleKeyAllowed(e)) return;
  const sequence = pending ? `${pending} ${name}` : '';
  clearTimeout(pendingTimer);
  pending = '';
  const handler = (sequence && find(sequence)) || find(name);
  if (handler) {
    if (handler(e) !== false) e.preventDefault();
    return;
  }
  if (isSingle(name) && opensSequence(name)) {
    pending = name;
    pendingTimer = setTimeout(() => (pending = ''), 1200);
  }
}

/**
 * Shortcuts while the component is there; the one mounted last wins. Names as by
 * nameOf; "g i" is a sequence. A handler that returns false leaves the key alone.
 */
export function useKeys(map: Keymap, on = true): void {
  const entry = useRef<Keymap>(map);
  useEffect(() => {
    entry.current = map;
  });
  useEffect(() => {
    if (!on) return;
    const mine: Entry = entry;
    if (stack.length === 0) {
      window.addEventListener('keydown', look, true);
      document.addEventListener('keydown', onKey);
    }
    stack.push(mine);
    return () => {
      stack.splice(stack.indexOf(mine), 1);
      if (stack.length > 0) return;
      window.removeEventListener('keydown', look, true);
      document.removeEventListener('keydown', onKey);
    };
  }, [on]);
}

/** A shortcut as people read it: ⌘K or Ctrl+K. */
export function keyLabel(name: string, mac = isMac): string {
  const words: Record<string, string> = mac
    ? { mod: '⌘', shift: '⇧', enter: '↩', escape: 'Esc' }
    : { mod: 'Ctrl', shift: 'Shift', enter: 'Enter', escape: 'Esc' };
  const press = (p: string) => p.split('+').map((k) => words[k] ?? k.toUpperCase()).join(mac ? '' : '+');
  return name.split(' ').map(press).join(' ');
}
