import { describe, expect, it } from 'vitest';
import { beyondChance, differenceText, figureText, type Difference, type Figures } from './figures';

function figures(change: Partial<Figures> = {}): Figures {
  return {
    name: 'x', customers: 412, answered: 400, within: 350, abandoned_count: 12, expired: 0, mean_wait: 41.26, p50: 12, p90: 90, p99: 300,
    service_level: 0.85, abandoned: 0.029, occupancy: 0.5, ci: { mean_wait: null, service_level: null, abandoned: null }, queues: [], ...change,
  } as Figures;
}

describe('figures of a replay', () => {
  it('show an interval only where something was drawn', () => {
    expect(figureText('wait', figures(), 'en')).toBe('41.3 s');
    expect(figureText('wait', figures({ ci: { mean_wait: 0.5, service_level: 0, abandoned: null } }), 'en')).toBe('41.3 s ± 0.5 s');
    expect(figureText('level', figures({ ci: { mean_wait: 0.5, service_level: 0, abandoned: null } }), 'en')).toBe('85%');
  });
  it('say which way a difference goes and whether that is good', () => {
    expect(differenceText('wait', figures({ mean_wait: 29.3 }), figures(), 'en')).toEqual({ text: '−12 s', better: true });
    expect(differenceText('level', figures({ service_level: 0.8 }), figures(), 'en')).toEqual({ text: '−5%', better: false });
    expect(differenceText('occupancy', figures({ occupancy: 0.6 }), figures(), 'en')).toEqual({ text: '+10%', better: null });
    expect(differenceText('p99', figures({ p99: 300.01 }), figures(), 'en')).toBeNull();
  });
  it('write long waits as people say them', () => {
    expect(figureText('p99', figures({ p99: 753.2 }), 'en')).toBe('12m 33s');
  });
  it('praise or blame only what chance alone does not make', () => {
    const d = { mean_wait: { mean: -2, half: 1.5 }, service_level: { mean: 0.01, half: 0.02 }, abandoned: { mean: 0.01, half: null } } as Difference;
    expect((['wait', 'level', 'abandoned', 'p99'] as const).map((row) => beyondChance(row, d))).toEqual([true, false, true, false]);
    expect(beyondChance('wait', undefined)).toBe(false);
  });
});
