import { createStore } from '@/api/store';

// Sounds are made here, not loaded: two soft notes for an offer, one for a message.

export const soundLocked = createStore(false);

let context: AudioContext | null = null;
let ringing: ReturnType<typeof setInterval> | undefined;

function audio(): AudioContext | null {
  if (!context && typeof AudioContext !== 'undefined') {
    context = new AudioContext();
    context.onstatechange = () => soundLocked.set(context?.state !== 'running');
    soundLocked.set(context.state !== 'running');
  }
  return context;
}

function note(ctx: AudioContext, frequency: number, at: number, lasts: number, loud: number): void {
  const tone = ctx.createOscillator();
  const gain = ctx.createGain();
  tone.type = 'sine';
  tone.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(loud, at + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + lasts);
  tone.connect(gain).connect(ctx.destination);
  tone.start(at);
  tone.stop(at + lasts + 0.05);
}

function ringOnce(): void {
  const ctx = audio();
  if (ctx?.state !== 'running') return;
  const t = ctx.currentTime;
  for (const [i, f] of [659.3, 880, 659.3, 880].entries()) note(ctx, f, t + i * 0.16, 0.35, 0.22);
}

/** Rings until stopped. */
export function ring(): void {
  if (ringing) return;
  ringOnce();
  ringing = setInterval(ringOnce, 2200);
}

export function stopRing(): void {
  clearInterval(ringing);
  ringing = undefined;
}

/** One soft note: a message came. */
export function chime(): void {
  const ctx = audio();
  if (ctx?.state === 'running') note(ctx, 783.9, ctx.currentTime, 0.4, 0.12);
}

/** Must run inside a click or key press; browsers keep sound locked until one. */
export async function unlock(): Promise<void> {
  try {
    await audio()?.resume();
  } catch {
    // Still locked; the banner stays.
  }
}

export async function testSound(): Promise<void> {
  await unlock();
  ringOnce();
}

/** Finds out whether sound is locked, and unlocks it at the first gesture. */
export function watchLock(): () => void {
  audio();
  const gesture = () => void unlock();
  window.addEventListener('pointerdown', gesture);
  window.addEventListener('keydown', gesture);
  return () => {
    window.removeEventListener('pointerdown', gesture);
    window.removeEventListener('keydown', gesture);
  };
}
