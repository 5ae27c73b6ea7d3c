import { useCallback, useEffect, useRef, useState } from 'react';
import { upload, wordsOf, type Upload } from '@/api/client';

export interface Uploading {
  key: number;
  file: File;
  share: number;
  error?: string;
  stop: AbortController;
}

const most = 10;

/** Files on their way. What has arrived is handed to the draft, which survives a reload. */
export function useUploads(onDone: (file: Upload) => void, had: number) {
  const [items, setItems] = useState<Uploading[]>([]);
  const next = useRef(0);
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });

  const change = useCallback((key: number, patch: Partial<Uploading>) => setItems((now) => now.map((u) => (u.key === key ? { ...u, ...patch } : u))), []);
  const drop = useCallback((key: number) => setItems((now) => now.filter((u) => u.key !== key)), []);

  const send = useCallback(
    (item: Uploading) => {
      upload(item.file, { signal: item.stop.signal, onProgress: (share) => change(item.key, { share }) }).then(
        (file) => {
          drop(item.key);
          done.current(file);
        },
        (error: unknown) => {
          if (error instanceof DOMException && error.name === 'AbortError') return;
          change(item.key, { error: wordsOf(error) });
        },
      );
    },
    [change, drop],
  );

  const add = useCallback(
    (files: Iterable<File>) => {
      const room = most - had - items.length;
      const fresh = [...files].slice(0, Math.max(0, room)).map((file) => ({ key: next.current++, file, share: 0, stop: new AbortController() }));
      setItems((now) => [...now, ...fresh]);
      fresh.forEach(send);
    },
    [had, items.length, send],
  );
  const retry = useCallback(
    (key: number) => {
      const item = items.find((u) => u.key === key);
      if (!item) return;
      change(key, { error: undefined, share: 0 });
      send(item);
    },
    [items, change, send],
  );
  const cancel = useCallback(
    (key: number) => {
      items.find((u) => u.key === key)?.stop.abort();
      drop(key);
    },
    [items, drop],
  );
  return { items, add, retry, cancel };
}
