import { useEffect, useState } from 'react';
import { createStore } from '@/api/store';

interface Spoken {
  polite: string;
  assertive: string;
}

const spoken = createStore<Spoken>({ polite: '', assertive: '' });
let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells screen readers what came. Bursts are told together; urgent things at once. */
export function announce(text: string, urgent = false): void {
  if (urgent) {
    spoken.set((s) => ({ ...s, assertive: text }));
    return;
  }
  waiting.push(text);
  timer ??= setTimeout(() => {
    const polite = waiting.join('. ');
    waiting = [];
    timer = undefined;
    spoken.set((s) => ({ ...s, polite }));
  }, 700);
}

/** The two live regions; once in the page, and there before anything is said. */
export function Announcer() {
  const [now, setNow] = useState(spoken.get());
  useEffect(() => spoken.subscribe(() => setNow(spoken.get())), []);
  return (
    <div className="p-hidden">
      <div aria-live="polite" aria-atomic="true" data-testid="polite">{now.polite}</div>
      <div aria-live="assertive" aria-atomic="true" data-testid="assertive">{now.assertive}</div>
    </div>
  );
}
