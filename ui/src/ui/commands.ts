import { useEffect, useId } from 'react';
import { createStore } from '@/api/store';

/** Something the command palette can do. */
export interface Command {
  id: string;
  label: string;
  group: string;
  run: () => void;
  /** As for useKeys; shown beside the label. */
  keys?: string;
  /** More words to find it by. */
  words?: string;
}

/** What each mounted part offers, by an id of its own. */
export const commands = createStore<ReadonlyMap<string, Command[]>>(new Map());

/** Offers commands while the component is there. Memoize the list. */
export function useCommands(list: Command[]): void {
  const id = useId();
  useEffect(() => {
    commands.set((now) => new Map(now).set(id, list));
    return () =>
      commands.set((now) => {
        const next = new Map(now);
        next.delete(id);
        return next;
      });
  }, [id, list]);
}
