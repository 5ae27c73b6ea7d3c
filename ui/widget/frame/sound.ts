let audio: AudioContext | null = null;

/** Two soft notes. Browsers allow it once the visitor has touched the panel. */
export function chime(): void {
  try {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') void audio.resume();
    const t = audio.currentTime;
    for (const [i, hz] of [784, 1047].entries()) {
      const note = audio.createOscillator();
      const gain = audio.createGain();
      note.type = 'sine';
      note.frequency.value = hz;
      gain.gain.setValueAtTime(0, t + i * 0.11);
      gain.gain.linearRampToValueAtTime(0.12, t + i * 0.11 + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.001, t + i * 0.11 + 0.3);
      note.connect(gain).connect(audio.destination);
      note.start(t + i * 0.11);
      note.stop(t + i * 0.11 + 0.32);
    }
  } catch {
    // no audio here
  }
}
