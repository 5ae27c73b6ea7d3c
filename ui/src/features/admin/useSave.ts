import type { UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem, wordsOf } from '@/api/client';
import { placeIn, sortFaults, within } from './problem';

interface Options<V, R> {
  form: UseFormReturnType<V>;
  /** The fields that show faults of their own; a fault elsewhere goes to the top. */
  fields: readonly string[];
  send: (values: V) => Promise<R>;
  /** What is to be read again. */
  changes: readonly QueryKey[];
  onSaved: (result: R) => void;
}

/**
 * Saves a form. What the server refuses is shown at the field it is about, and
 * otherwise in `faults`, for the top of the form.
 */
export function useSave<V extends object, R>({ form, fields, send, changes, onSaved }: Options<V, R>) {
  const { t } = useTranslation('admin');
  const cache = useQueryClient();
  const [faults, setFaults] = useState<string[]>([]);
  const mutation = useMutation({
    mutationFn: send,
    onSuccess: async (result) => {
      await Promise.all(changes.map((queryKey) => cache.invalidateQueries({ queryKey })));
      notifications.show({ color: 'green', message: t('saved') });
      onSaved(result);
    },
    onError: (error) => {
      const sorted = sortFaults(error instanceof Problem ? error.fields : [], wordsOf(error), placeIn(fields));
      form.setErrors(sorted.fields);
      setFaults(sorted.rest.length > 0 ? sorted.rest : [t('checkFields')]);
    },
  });
  const save = (values: V) => {
    setFaults([]);
    mutation.mutate(values);
  };
  return { save, saving: mutation.isPending, faults, fail: setFaults };
}

/** Sets a part of a form that has places for faults below it: they go with the old value, those of other parts stay. */
export function putPart<V extends object, K extends keyof V & string>(form: UseFormReturnType<V>, key: K, value: V[K]): void {
  form.setFieldValue(key, value as never);
  for (const path of Object.keys(form.errors)) {
    if (within(path, [key])) form.clearFieldError(path);
  }
}
