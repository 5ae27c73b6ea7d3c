import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import { TimeField } from './TimeField';
import './words';

afterEach(cleanup);

function Field({ begin, end = false }: { begin: number; end?: boolean }) {
  const [value, setValue] = useState(begin);
  return <><TimeField label="opens" value={value} onChange={setValue} end={end} /><output>{value}</output></>;
}

const field = () => screen.getByLabelText<HTMLInputElement>('opens');
const value = () => screen.getByRole('status').textContent;
const write = (text: string) => {
  fireEvent.change(field(), { target: { value: text } });
  fireEvent.blur(field());
};

it('takes a time as people write it, and shows it in one form', () => {
  render(<Field begin={540} />);
  write('5pm');
  expect(value()).toBe('1020');
  expect(field().value).toBe('17:00');
});

it('keeps what cannot be read, marked, and the value before it', () => {
  render(<Field begin={540} />);
  write('25:99');
  expect(field().value).toBe('25:99');
  expect(field().dataset['unread']).toBe('true');
  expect(field().getAttribute('aria-invalid')).toBe('true');
  expect(value()).toBe('540');
  fireEvent.keyDown(field(), { key: 'Escape' });
  expect(field().value).toBe('09:00');
  expect(field().dataset['unread']).toBeUndefined();
});

it('moves by a quarter of an hour, with Shift by an hour, around midnight', () => {
  render(<Field begin={550} />);
  fireEvent.keyDown(field(), { key: 'ArrowUp' });
  expect(value()).toBe('570');
  fireEvent.keyDown(field(), { key: 'ArrowDown', shiftKey: true });
  expect(value()).toBe('510');
  write('0:00');
  fireEvent.keyDown(field(), { key: 'ArrowDown' });
  expect(field().value).toBe('23:45');
});

it('writes midnight as the end of a day where it ends one', () => {
  render(<Field begin={1440} end />);
  expect(field().value).toBe('24:00');
});
