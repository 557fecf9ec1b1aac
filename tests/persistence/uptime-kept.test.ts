import { expect, test } from 'vitest';
import { restoredState } from '../../source/persistence/restored-state.ts';
import { stateDocument } from '../../source/persistence/worker-state-document.ts';
import { exampleFleet, NOW } from '../ui/fleet.ts';

test('the history of each worker is found again by the next start', () => {
  const snapshot = exampleFleet();
  const { workers } = restoredState(JSON.parse(JSON.stringify(stateDocument(snapshot, NOW))), NOW);
  for (const id of ['worker-01', 'worker-02', 'worker-03']) {
    expect(workers.get(id)?.uptime).toEqual(snapshot.workers.get(id)?.uptime);
  }
  // It was never seen: there is nothing to be kept.
  expect(workers.get('worker-04')?.uptime).toBeUndefined();
});

test('a history without a moment, or with an odd one, is as if it were not there', () => {
  const read = (entry: object) => restoredState({ workers: { a: entry } }, NOW).workers.get('a')?.uptime;
  expect(read({ uptime_hour: '60a', uptime_day: '96a' })).toBeUndefined();
  expect(read({ uptime_ms: 'now', uptime_hour: '60a' })).toBeUndefined();
  expect(read({ uptime_ms: NOW + 999_999, uptime_hour: 7, uptime_day: '96a' })).toEqual({
    at: NOW,
    hour: '-'.repeat(60),
    day: 'a'.repeat(96),
  });
});
