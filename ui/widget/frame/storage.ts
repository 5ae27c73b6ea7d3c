// Storage may be denied by the browser or the site's frame: then a map in
// memory serves for as long as the page is open.

export interface Box {
  get(key: string): string | null;
  set(key: string, value: string | null): void;
}

export function openBox(prefix: string, storage: () => Storage): Box {
  const memory = new Map<string, string>();
  return {
    get(key) {
      try {
        return storage().getItem(prefix + key) ?? memory.get(key) ?? null;
      } catch {
        return memory.get(key) ?? null;
      }
    },
    set(key, value) {
      if (value === null) memory.delete(key);
      else memory.set(key, value);
      try {
        if (value === null) storage().removeItem(prefix + key);
        else storage().setItem(prefix + key, value);
      } catch {
        // denied or full: memory has it
      }
    },
  };
}
