import { describe, expect, it } from 'vitest';
import { inField, nameOf, singleKeyAllowed, type KeyPress } from './hotkeys';

const press = (key: string, over: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, target: document.body, ...over });

function element(html: string): Element {
  document.body.innerHTML = html;
  return document.querySelector('[data-x]')!;
}

describe('nameOf', () => {
  it.each([
    [press('r'), 'r'],
    [press('?', { shiftKey: true }), '?'],
    [press('J', { shiftKey: true }), 'shift+j'],
    [press('F8', { shiftKey: true }), 'shift+f8'],
    [press('k', { ctrlKey: true }), 'mod+k'],
    [press('Enter', { ctrlKey: true, shiftKey: true }), 'mod+shift+enter'],
  ])('%o', (e, name) => {
    expect(nameOf(e, false)).toBe(name);
  });

  it('uses ⌘ on a Mac and leaves Ctrl alone there', () => {
    expect(nameOf(press('k', { metaKey: true }), true)).toBe('mod+k');
    expect(nameOf(press('k', { ctrlKey: true }), true)).toBe('');
  });

  it.each([
    ['Option types ą', press('ą', { altKey: true })],
    ['AltGr types @', press('@', { ctrlKey: true, altKey: true, getModifierState: (k) => k === 'AltGraph' })],
    ['composition', press('e', { isComposing: true })],
    ['composition, the old way', press('e', { keyCode: 229 })],
    ['a dead key', press('Dead')],
  ])('leaves alone: %s', (_, e) => {
    expect(nameOf(e, false)).toBe('');
  });
});

describe('singleKeyAllowed', () => {
  it('acts outside fields only', () => {
    expect(singleKeyAllowed(press('e'), true)).toBe(true);
    for (const html of ['<input data-x>', '<textarea data-x></textarea>', '<select data-x></select>', '<div contenteditable="true"><b data-x></b></div>']) {
      expect(singleKeyAllowed(press('e', { target: element(html) }), true)).toBe(false);
    }
    expect(inField(element('<input type="checkbox" data-x>'))).toBe(false);
  });

  it('not in dialogs and menus, and not when switched off', () => {
    expect(singleKeyAllowed(press('e', { target: element('<div role="dialog"><button data-x></button></div>') }), true)).toBe(false);
    expect(singleKeyAllowed(press('e', { target: element('<div role="menu"><button data-x></button></div>') }), true)).toBe(false);
    expect(singleKeyAllowed(press('e'), false)).toBe(false);
  });
});
