import { useCallback, useState } from 'react';

/** Conversations marked to be handled together. */
export function useSelection() {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((id: string) => {
    setSelected((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const add = useCallback((id: string) => setSelected((now) => (now.has(id) ? now : new Set(now).add(id))), []);
  const clear = useCallback(() => setSelected((now) => (now.size === 0 ? now : new Set())), []);
  return { selected, toggle, add, clear };
}
