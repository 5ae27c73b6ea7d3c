import { useCallback, useEffect, useReducer, useState } from 'react';
import { wordsOf } from '@/api/client';
import { liveUrl, open, readState } from './api';
import { reduce, start, type View } from './reducer';
import type { App, LiveEvent } from './types';

/** The sandbox as it is now: read once, then told; read again after each gap. */
export function useSandbox(): { view: View; error: string; retry: () => void } {
  const [view, dispatch] = useReducer(reduce, start);
  const [error, setError] = useState('');
  const load = useCallback(() => {
    readState().then(
      (state) => {
        setError('');
        dispatch({ type: 'state', state });
      },
      (cause: unknown) => setError(wordsOf(cause)),
    );
  }, []);
  useEffect(() => {
    const live = new EventSource(liveUrl);
    live.onopen = load; // also after a gap
    live.onerror = load; // says why when there is no sandbox
    live.onmessage = (e: MessageEvent<string>) => {
      const event = JSON.parse(e.data) as LiveEvent;
      if (event.type === 'reload') load();
      else dispatch({ type: 'live', event, now: Date.now() });
    };
    return () => live.close();
  }, [load]);
  return { view, error, retry: load };
}

const AGAIN = 20_000;

/** Tells the sandbox which thread is on the screen, as long as it is. */
export function useOnScreen(app: App | '', phone: string): void {
  useEffect(() => {
    const tell = () => void open(document.visibilityState === 'visible' ? app : '', phone).catch(() => undefined);
    const hide = () => void open('', phone).catch(() => undefined);
    tell();
    const timer = setInterval(tell, AGAIN);
    document.addEventListener('visibilitychange', tell);
    window.addEventListener('pagehide', hide);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tell);
      window.removeEventListener('pagehide', hide);
      if (app) hide();
    };
  }, [app, phone]);
}
