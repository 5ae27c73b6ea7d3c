/** The part of Storage used here. */
export type SafeStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

function memory(): SafeStorage {
  const map = new Map<string, string>();
  return {
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  };
}

function find(): SafeStorage {
  try {
    window.localStorage.getItem('parley');
    return window.localStorage;
  } catch {
    return memory(); // the browser denies storage: it holds until the page closes
  }
}

export const storage: SafeStorage = find();
