export type Need = 'no' | 'optional' | 'required';

export interface Form {
  name: Need;
  email: Need;
}

const need = (v: unknown): Need => (v === 'required' ? 'required' : v === true || v === 'optional' ? 'optional' : 'no');

/** Reads what an inbox asks before the first message: true, a list of field names, or a need for each. */
export function readForm(form: unknown): Form | null {
  let f: Form;
  if (form === true) f = { name: 'optional', email: 'optional' };
  else if (Array.isArray(form)) f = { name: need(form.includes('name')), email: need(form.includes('email')) };
  else if (typeof form === 'object' && form !== null) {
    const { name, email } = form as Record<string, unknown>;
    f = { name: need(name), email: need(email) };
  } else return null;
  return f.name === 'no' && f.email === 'no' ? null : f;
}

/** Good enough to be written to; the server judges. */
export const looksLikeEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(text.trim());
