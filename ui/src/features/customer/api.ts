import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call, client, wordsOf } from '@/api/client';
import { keys } from '@/api/keys';
import type { ContactDetail, ContactPatch, Note } from '@/api/types';

const complain = (error: unknown) => notifications.show({ color: 'red', message: wordsOf(error) });

export function usePatchContact(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (patch: ContactPatch) => (await call(client.PATCH('/contacts/{id}', { params: { path: { id } }, body: patch }))) as unknown as ContactDetail,
    onSuccess: (detail) => {
      cache.setQueryData(keys.contact(id), detail);
      void cache.invalidateQueries({ queryKey: keys.contacts });
    },
    onError: complain,
  });
}

export function useAddNote(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (text: string) => (await call(client.POST('/contacts/{id}/notes', { params: { path: { id } }, body: { text } }))) as Note,
    onSuccess: (note) => cache.setQueryData<ContactDetail>(keys.contact(id), (old) => old && { ...old, notes: [note, ...old.notes.filter((n) => n.id !== note.id)] }),
    onError: complain,
  });
}

export function useDeleteNote(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (noteId: string) => call(client.DELETE('/contacts/{id}/notes/{note_id}', { params: { path: { id, note_id: noteId } } })),
    onSuccess: (_, noteId) => cache.setQueryData<ContactDetail>(keys.contact(id), (old) => old && { ...old, notes: old.notes.filter((n) => n.id !== noteId) }),
    onError: complain,
  });
}
