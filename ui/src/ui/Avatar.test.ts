import { expect, it } from 'vitest';
import { initials } from './Avatar';

it.each([
  ['Ana Lovelace', 'AL'],
  ['ana', 'AN'],
  ['Łukasz de Źródło', 'ŁŹ'],
  ['+39 348 1234567', '67'],
  ['🙂 Mia', 'MI'],
  ['', '?'],
])('%s → %s', (name, letters) => {
  expect(initials(name)).toBe(letters);
});
