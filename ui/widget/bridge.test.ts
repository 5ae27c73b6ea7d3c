import { describe, expect, it } from 'vitest';
import { isConnect, isReady, isToFrame, isToLoader } from './bridge';
import { DEFAULT_COLOR, hexColor, inkOn, readOptions, wordsFor } from './loader/options';
import { css } from './loader/style';

const page = { url: 'https://s.example/', title: 't', referrer: '' };
const settings = { color: '#fff', ink: '#000', language: 'en', dark: false, user: {}, page };

describe('messages between page and frame', () => {
  it('are taken in their form', () => {
    expect(isReady({ parley: 1, type: 'ready' })).toBe(true);
    expect(isConnect({ parley: 1, type: 'connect', settings })).toBe(true);
    expect(isToFrame({ type: 'open', focus: true })).toBe(true);
    expect(isToFrame({ type: 'page', page })).toBe(true);
    expect(isToLoader({ type: 'unread', count: 2 })).toBe(true);
  });

  it.each([null, 'ready', {}, [], { type: 'ready' }, { parley: 2, type: 'ready' }, { parley: 1, type: 'connect' }, { parley: 1, type: 'connect', settings: { ...settings, page: {} } }])(
    '%j is no greeting', (v) => {
      expect(isReady(v)).toBe(false);
      expect(isConnect(v)).toBe(false);
    });

  it.each([null, {}, { type: 'open' }, { type: 'page', page: { url: 1 } }, { type: 'page', page: null }, { type: 'constructor' }, { type: 'toString' }, { type: 'unread', count: '3' }])(
    '%j is nothing on the channel', (v) => {
      expect(isToFrame(v)).toBe(false);
      expect(isToLoader(v)).toBe(false);
    });
});

describe('options of the script element', () => {
  it('have defaults', () => {
    expect(readOptions({ inbox: 'x' }, 'pl')).toMatchObject({ inbox: 'x', color: DEFAULT_COLOR, side: 'right', language: 'pl', theme: 'auto' });
  });

  it('cannot break out of the style sheet', () => {
    const evil = readOptions({ inbox: 'x', color: '#fff}body{display:none', position: 'top;}', zIndex: '1;}' }, 'en');
    const sheet = css({ ...evil, dark: false });
    expect(evil.color).toBe(DEFAULT_COLOR);
    expect(sheet).not.toContain('display:none}body');
    expect(sheet).toContain('z-index:2147483000!important');
  });

  it.each([['#ABC', '#aabbcc'], ['#0b5d6e', '#0b5d6e'], ['red', DEFAULT_COLOR], ['', DEFAULT_COLOR], [undefined, DEFAULT_COLOR]])(
    'colour %s is %s', (given, hex) => expect(hexColor(given)).toBe(hex));

  it.each([['#ffffff', '#000000'], ['#000000', '#ffffff'], ['#ffd400', '#000000'], ['#0b5d6e', '#ffffff'], ['#808080', '#000000']])(
    'on %s one reads %s', (color, ink) => expect(inkOn(color)).toBe(ink));

  it('speak four languages', () => {
    expect(new Set(['en', 'it', 'pl', 'ro'].map((l) => wordsFor(l).open)).size).toBe(4);
    expect(wordsFor('xx')).toBe(wordsFor('en-GB'));
  });
});
