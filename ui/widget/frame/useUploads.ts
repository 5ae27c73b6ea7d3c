import { useRef, useState } from 'preact/hooks';
import { Refusal } from './api';
import type { Client } from './client';
import { dataKind } from './reducer';
import type { Attachment } from './types';
import type { Words } from './words';

export interface Upload {
  key: number;
  name: string;
  percent: number;
  error: string;
  preview: string;
  done: Attachment | null;
  abort: () => void;
}

export interface Uploads {
  list: Upload[];
  over: boolean;
  busy: boolean;
  setOver: (over: boolean) => void;
  add: (files: FileList | File[] | null | undefined) => void;
  remove: (key: number) => void;
  /** Takes the finished ones out, to be sent. */
  take: () => Attachment[];
}

const MOST = 10;

export function useUploads(client: Client, t: Words): Uploads {
  const [list, setList] = useState<Upload[]>([]);
  const [over, setOver] = useState(false);
  const last = useRef(0);
  const change = (key: number, to: Partial<Upload>) => setList((l) => l.map((u) => (u.key === key ? { ...u, ...to } : u)));

  function start(file: File): Upload {
    const key = ++last.current;
    const stop = new AbortController();
    client.upload(file, (percent) => change(key, { percent }), stop.signal).then(
      (done) => change(key, { done, percent: 100 }),
      (error: unknown) => change(key, { error: error instanceof Refusal ? error.message || (error.status === 413 ? t.tooLarge : t.uploadFailed) : t.uploadFailed }),
    );
    const preview = dataKind({ type: file.type }) === 'image' ? URL.createObjectURL(file) : '';
    return { key, name: file.name || t.picture, percent: 0, error: '', preview, done: null, abort: () => stop.abort() };
  }

  const free = (u: Upload) => u.preview && URL.revokeObjectURL(u.preview);

  return {
    list,
    over,
    busy: list.some((u) => !u.done && !u.error),
    setOver,
    add(files) {
      const fresh = [...(files ?? [])].slice(0, MOST - list.length).map(start);
      if (fresh.length) setList((l) => [...l, ...fresh]);
    },
    remove(key) {
      const u = list.find((x) => x.key === key);
      u?.abort();
      if (u) free(u);
      setList((l) => l.filter((x) => x.key !== key));
    },
    take() {
      const done = list.filter((u) => u.done);
      done.forEach(free);
      setList((l) => l.filter((u) => !u.done));
      return done.map((u) => u.done!);
    },
  };
}
