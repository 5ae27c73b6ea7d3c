import { expect, it } from 'vitest';
import { aligned } from './preview';

const at = (people: number, fresh: number) => ({ people, online: 0, new: fresh, names: fresh ? ['Ana'] : [] });

it('a preview follows the steps in the editor past those that do nothing yet', () => {
  const plan = [{ after_seconds: 1 }, { after_seconds: 2, priority: 3 }, { after_seconds: 3 }, { after_seconds: 4, offer: 'message' as const }];
  const seen = aligned({ reach: [at(2, 2), at(3, 1), at(4, 1)], hints: [{ field: 'rings[1].offer', words: 'twice' }, { field: 'requirements', words: 'few' }, { field: 'requirements', words: 'none' }] }, plan);
  expect(seen.reach.map((r) => [r.people, r.new])).toEqual([[2, 2], [2, 0], [3, 1], [3, 0], [4, 1]]);
  expect(seen.hints).toEqual({ 'rings.3.offer': 'twice', requirements: 'few none' });
});
