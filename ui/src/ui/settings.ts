import { createStore, useStore } from '@/api/store';
import { storage } from './storage';

/** What this person prefers on this browser. */
export interface Settings {
  /** Single-key shortcuts outside fields. */
  singleKeys: boolean;
  /** Enter sends (Shift+Enter breaks the line) instead of Mod+Enter. */
  enterSends: boolean;
  sounds: boolean;
  desktopNotices: boolean;
}

const defaults: Settings = { singleKeys: true, enterSends: false, sounds: true, desktopNotices: true };
const key = 'parley.settings';

function load(): Settings {
  try {
    return { ...defaults, ...(JSON.parse(storage.getItem(key) ?? '{}') as Partial<Settings>) };
  } catch {
    return defaults;
  }
}

export const settings = createStore<Settings>(load());

export function changeSettings(patch: Partial<Settings>): void {
  settings.set((now) => ({ ...now, ...patch }));
  try {
    storage.setItem(key, JSON.stringify(settings.get()));
  } catch {
    // Storage denied: it holds until the page closes.
  }
}

export function useSettings(): Settings {
  return useStore(settings);
}
