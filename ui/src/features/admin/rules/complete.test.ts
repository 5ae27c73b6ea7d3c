import { describe, expect, it } from 'vitest';
import { completions, insertCompletion } from './complete';
import type { Language } from './types';

const name = (n: string, type = 'text', values?: string[]) => ({ name: n, type, words: n, example: n, ...(values ? { values } : {}) });
const language: Language = {
  zone: 'UTC',
  names: [name('channel', 'text', ['webchat', 'sms']), name('contact.vip', 'yes/no'), name('contact.fields', 'fields'), name('text'), name('open', 'function', ['Support', 'Sales'])],
  functions: [name('count', 'function')],
};
const at = (text: string, asked = false) => {
  const caret = text.indexOf('|');
  return completions(text.replace('|', ''), caret, language, asked).items.map((c) => c.insert);
};

describe('completions', () => {
  it('offers names by their beginning, whole ones first', () => {
    expect(at('c|')).toEqual(['channel', 'contact.vip', 'contact.fields["', 'count(']);
    expect(at('text == "a" and vi|')).toEqual(['contact.vip']);
    expect(at('contact.f|')).toEqual(['contact.fields["']);
  });

  it('stays away where nothing was begun, unless asked', () => {
    expect(at('channel == |')).toEqual([]);
    expect(at('channel == |', true)).toHaveLength(6);
    expect(at('text|')).toEqual([]);
  });

  it('offers values in quotes', () => {
    expect(at('channel == "|')).toEqual(['webchat"', 'sms"']);
    expect(at('channel in ["webchat", "s|"]')).toEqual(['sms"']);
    expect(at('not open("sa|')).toEqual(['Sales"']);
    expect(at('text == "c|')).toEqual([]);
  });

  it('does not write a closing quote twice', () => {
    expect(insertCompletion('channel == "s"', 13, 12, 'sms"')).toEqual({ text: 'channel == "sms"', caret: 16 });
    expect(insertCompletion('ch and x', 2, 0, 'channel')).toEqual({ text: 'channel and x', caret: 7 });
  });
});
