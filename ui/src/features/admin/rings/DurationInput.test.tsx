import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import type { Typed } from '../queueForm';
import { DurationInput } from './DurationInput';

afterEach(cleanup);

function Field({ begin }: { begin: Typed }) {
  const [value, setValue] = useState(begin);
  return (
    <MantineProvider>
      <DurationInput label="Target" unitLabel="unit" value={value} onChange={setValue} />
      <output>{value}</output>
      <button onClick={() => setValue(7200)}>reset</button>
    </MantineProvider>
  );
}

const field = () => screen.getByLabelText<HTMLInputElement>('Target');
const unit = () => screen.getByLabelText<HTMLSelectElement>('unit');
const value = () => screen.getByRole('status').textContent;

it('shows a time in the largest unit that has it whole, and keeps seconds', () => {
  render(<Field begin={120} />);
  expect([field().value, unit().value]).toEqual(['2', 'minutes']);
  fireEvent.change(field(), { target: { value: '1.5' } });
  expect(value()).toBe('90');
  expect([field().value, unit().value]).toEqual(['1.5', 'minutes']);
});

it('means the same number in another unit', () => {
  render(<Field begin={120} />);
  fireEvent.change(unit(), { target: { value: 'hours' } });
  expect(value()).toBe('7200');
  expect(field().value).toBe('2');
});

it('can be emptied, and filled again', () => {
  render(<Field begin={30} />);
  fireEvent.change(field(), { target: { value: '' } });
  expect(value()).toBe('');
  expect(unit().value).toBe('seconds');
  fireEvent.change(field(), { target: { value: '45' } });
  expect(value()).toBe('45');
});

it('follows a value from outside, with its unit', () => {
  render(<Field begin={30} />);
  fireEvent.click(screen.getByText('reset'));
  expect([field().value, unit().value]).toEqual(['2', 'hours']);
});
