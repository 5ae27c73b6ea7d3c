import { useSyncExternalStore } from 'react';
import { serverNow } from '@/api/clock';

// One ticker for everything on screen that counts.
let now = serverNow();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!timer) {
    now = serverNow();
    timer = setInterval(() => {
      now = serverNow();
      for (const l of [...listeners]) l();
    }, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The server's time in ms, rounded down to `every` seconds so that a row re-renders no more often than it changes. */
export function useNow(every = 1): number {
  return useSyncExternalStore(subscribe, () => {
    const ms = every * 1000;
    return Math.floor((timer ? now : serverNow()) / ms) * ms;
  });
}

/** A stretch of time, short: 8s, 4m, 1h 20m, 3d. */
export function span(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s}s`;
  const m = Math.floor(s / 60);
  if (m < 60) return `${m}m`;
  const h = Math.floor(m / 60);
  if (h < 24) return m % 60 ? `${h}h ${m % 60}m` : `${h}h`;
  return `${Math.floor(h / 24)}d`;
}

/** m:ss, for what is watched by the second. */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const mm = Math.floor(s / 60) % 60;
  const ss = String(s % 60).padStart(2, '0');
  return s < 3600 ? `${mm}:${ss}` : `${Math.floor(s / 3600)}:${String(mm).padStart(2, '0')}:${ss}`;
}

const timeFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const dayMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const fullDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const startOfDay = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);

/** The time of a message: 14:05. */
export function timeOfDay(at: string | number): string {
  return timeFormat.format(new Date(at));
}

/** For rows: 14:05 today, Tue this week, 3 Mar, 3 Mar 2024. */
export function brief(at: string | number, from = serverNow()): string {
  const t = new Date(at).getTime();
  if (!Number.isFinite(t) || t <= 0) return '';
  const days = Math.round((startOfDay(from) - startOfDay(t)) / 86_400_000);
  if (days <= 0) return timeFormat.format(t);
  if (days < 7) return weekday.format(t);
  return new Date(t).getFullYear() === new Date(from).getFullYear() ? dayMonth.format(t) : fullDate.format(t);
}

/** A moment to come: 14:05 today, Tue 14:05 this week, 3 Mar 14:05. */
export function upcoming(at: string | number, from = serverNow()): string {
  const t = new Date(at).getTime();
  const days = Math.round((startOfDay(t) - startOfDay(from)) / 86_400_000);
  if (days <= 0) return timeFormat.format(t);
  return `${(days < 7 ? weekday : dayMonth).format(t)} ${timeFormat.format(t)}`;
}

export function dateOf(at: string | number): string {
  return fullDate.format(new Date(at));
}

export function dateTime(at: string | number): string {
  return full.format(new Date(at));
}

/** Key of the local day, for grouping. */
export function dayOf(at: string | number): string {
  const d = new Date(at);
  return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, '0')}-${String(d.getDate()).padStart(2, '0')}`;
}

/** Seconds since, never below zero. */
export function since(at: string | undefined, now: number): number {
  return at ? Math.max(0, (now - Date.parse(at)) / 1000) : 0;
}
