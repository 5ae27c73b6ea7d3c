import { describe, expect, it } from 'vitest';
import { backoff, FIRST, LONGEST, moveDelay } from './backoff';
import { looksLikeEmail } from './form';
import type { Instead } from './types';
import { openBox } from './storage';
import { dayName, fileSize, pieces } from './text';
import { isLong, waitWords, wayOf } from './wait';
import { chooseLanguage, directionOf, en, LANGUAGES, type Words } from './words';
import it_ from './words/it';
import pl from './words/pl';
import ro from './words/ro';

describe('backoff', () => {
  it('grows, and stays between half and whole of its step', () => {
    for (let n = 0; n < 40; n++) {
      const most = Math.min(LONGEST, FIRST * 2 ** Math.min(n, 10));
      expect(backoff(n, () => 0)).toBe(Math.round(most / 2));
      expect(backoff(n, () => 0.999999)).toBeLessThanOrEqual(most);
    }
    expect(backoff(1000, () => 1)).toBe(LONGEST);
  });

  it('spreads a move over the time given', () => {
    expect(moveDelay(3000, () => 0)).toBe(0);
    expect(moveDelay(3000, () => 1)).toBe(3000);
    expect(moveDelay(Number.NaN, () => 1)).toBe(0);
    expect(moveDelay(1e9, () => 1)).toBe(60_000);
  });
});

describe('languages', () => {
  const all: Record<string, Words> = { it: it_, pl, ro };

  it('are the ones with a file', () => expect(Object.keys(all).sort()).toEqual([...LANGUAGES].sort()));

  it.each(Object.entries(all))('%s has every entry, in words of its own', (_, words) => {
    expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort());
    const same = (Object.keys(en) as (keyof Words)[]).filter((k) => typeof en[k] === 'string' && en[k] === words[k]);
    expect(same.filter((k) => k !== 'email')).toEqual([]);
    for (const k of Object.keys(en) as (keyof Words)[]) {
      expect(typeof words[k]).toBe(typeof en[k]);
      if (typeof words[k] === 'function') expect((words[k] as (x: unknown) => string)('7')).toContain('7');
      else expect(Object.values(words[k]).every((w) => w !== '')).toBe(true);
    }
  });

  it('are chosen by what is wanted', () => {
    expect(chooseLanguage(['de-DE', 'pl-PL', 'en'])).toBe('pl');
    expect(chooseLanguage(['ar'])).toBe('en');
    expect(directionOf('ar-EG')).toBe('rtl');
    expect(directionOf('he')).toBe('rtl');
    expect(directionOf('it')).toBe('ltr');
  });

  it('count minutes as Polish and Romanian do', () => {
    expect(pl.waitRange('2–4')).toBe('około 2–4 minuty');
    expect(pl.waitRange('5–12')).toBe('około 5–12 minut');
    expect(pl.waitRange('21–22')).toBe('około 21–22 minuty');
    expect(ro.waitRange('3–5')).toBe('cam 3–5 minute');
    expect(ro.waitUnder(20)).toBe('sub 20 de minute');
  });
});

describe('expected wait', () => {
  const line = (low?: number, high?: number) => ({ position: 1, of: 3, low_seconds: low, high_seconds: high });

  it.each([
    [line(), ''],
    [line(0, 40), 'about a minute'],
    [line(10, 170), 'under 3 minutes'],
    [line(60, 180), 'about 1–3 minutes'],
    [line(125, 130), 'about 2–3 minutes'],
    [line(15 * 60, 20 * 60), 'more than 15 minutes'],
  ])('%j', (l, words) => expect(waitWords(l, en)).toBe(words));

  it('is long from a quarter of an hour on', () => {
    expect(isLong(line(899, 1200))).toBe(false);
    expect(isLong(line(900, 1200))).toBe(true);
    expect(isLong(null)).toBe(false);
  });
});

describe('instead of waiting', () => {
  const waits = (low: number, instead?: Instead) => wayOf({ ...blank, line: { position: 2, of: 3, low_seconds: low, high_seconds: low + 60 }, instead });
  const blank = { id: 'c', state: 'waiting', seq: 1, agent: null, rating: { asked: false, score: 0, comment: '' }, messages: [] };

  it.each([
    [60, {}, undefined],
    [900, {}, 'email'],
    [900, undefined, 'email'],
    [60, { offered: 'message' }, 'message'],
    [900, { offered: 'callback' }, 'callback'],
    [900, { offered: 'callback', chosen: 'callback' }, undefined],
    [900, { chosen: 'message' }, undefined],
  ] as const)('%d s and %j', (low, instead, way) => expect(waits(low, instead)).toBe(way));
});

describe('form', () => {
  it.each([['ana@example.com', true], [' a.b+c@x.co.uk ', true], ['ana@localhost', false], ['ana example.com', false], ['@x.com', false], ['a@b.', false]])(
    '%s', (text, ok) => expect(looksLikeEmail(text)).toBe(ok));
});

describe('text', () => {
  it('makes links of web addresses only', () => {
    expect(pieces('see https://a.example/x?y=1, or (https://b.example). javascript:alert(1)')).toEqual([
      { text: 'see ' }, { text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' }, { text: ', or (' },
      { text: 'https://b.example', href: 'https://b.example' }, { text: '). javascript:alert(1)' },
    ]);
    expect(pieces('<img src=x onerror=alert(1)>')).toEqual([{ text: '<img src=x onerror=alert(1)>' }]);
    expect(pieces('https://x.example/a_(b)')[0]?.href).toBe('https://x.example/a_(b)');
  });

  it('names days', () => {
    const now = new Date(2025, 2, 1, 9);
    expect(dayName(new Date(2025, 2, 1, 1).toISOString(), now, en, 'en')).toBe('Today');
    expect(dayName(new Date(2025, 1, 28, 23).toISOString(), now, en, 'en')).toBe('Yesterday');
    expect(dayName(new Date(2025, 1, 20).toISOString(), now, en, 'en')).toContain('20');
  });

  it('sizes files', () => {
    expect(fileSize(10)).toBe('1 kB');
    expect(fileSize(2_340_000)).toBe('2.3 MB');
  });
});

describe('storage', () => {
  it('serves from memory where it is denied', () => {
    const box = openBox('p.', () => {
      throw new DOMException('denied', 'SecurityError');
    });
    box.set('token', 't');
    expect(box.get('token')).toBe('t');
    box.set('token', null);
    expect(box.get('token')).toBeNull();
  });

  it('keeps for the next page where it is allowed', () => {
    openBox('p.', () => localStorage).set('token', 't');
    expect(openBox('p.', () => localStorage).get('token')).toBe('t');
    localStorage.clear();
  });
});
