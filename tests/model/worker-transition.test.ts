import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WORKER_STATUSES, type WorkerStatus } from '#model/worker.ts';
import { type Milestone, nextStatus } from '#model/worker-transition.ts';

const MAX = 3;

interface Row {
  readonly from: WorkerStatus;
  readonly ping: 'good' | 'failed';
  /** Failed pings in a row, this one included. */
  readonly failures: number;
  readonly ever: boolean;
  readonly lost: boolean;
  readonly to: WorkerStatus | 'stays';
  readonly milestone: Milestone | null;
}

function row(
  from: WorkerStatus,
  ping: Row['ping'],
  [failures, ever, lost]: readonly [number, boolean, boolean],
  ...[to, milestone = null]: readonly [to: Row['to'], milestone?: Milestone | null]
): Row {
  return { from, ping, failures, ever, lost, to, milestone };
}

// from, ping, [failures in a row, ever discovered, counted as lost], to, milestone
const TABLE: readonly Row[] = [
  row('unknown', 'good', [0, false, false], 'active', 'discovered'),
  row('unknown', 'good', [0, true, false], 'active'),
  row('unknown', 'good', [0, true, true], 'active', 'recovered'),
  row('unknown', 'failed', [1, false, false], 'unstable'),
  row('unknown', 'failed', [1, true, false], 'unstable'),
  row('unknown', 'failed', [MAX, false, false], 'inactive'),
  row('unknown', 'failed', [MAX, true, false], 'inactive', 'lost'),
  row('active', 'good', [0, true, false], 'stays'),
  row('active', 'failed', [1, true, false], 'unstable'),
  row('active', 'failed', [MAX, true, false], 'inactive', 'lost'),
  row('unstable', 'good', [0, true, false], 'active'),
  row('unstable', 'good', [0, false, false], 'active', 'discovered'),
  row('unstable', 'good', [0, true, true], 'active', 'recovered'),
  row('unstable', 'failed', [2, true, false], 'stays'),
  row('unstable', 'failed', [MAX, true, false], 'inactive', 'lost'),
  row('unstable', 'failed', [MAX, false, false], 'inactive'),
  // Lost before the master restarted, and still gone: one outage is one loss.
  row('unstable', 'failed', [MAX, true, true], 'inactive'),
  row('inactive', 'good', [0, true, true], 'active', 'recovered'),
  row('inactive', 'good', [0, false, false], 'active', 'discovered'),
  row('inactive', 'failed', [MAX + 1, true, true], 'stays'),
  row('inactive', 'failed', [MAX + 1, false, false], 'stays'),
];

describe('the state of a worker after a ping', () => {
  test.each(TABLE)(
    '$from, $ping ping, $failures failed in a row, ever active: $ever, lost: $lost → $to, $milestone',
    ({ from, ping, failures, ever, lost, to, milestone }) => {
      const next = nextStatus({ status: from, failures, discovered: ever, lost }, ping === 'good', MAX);
      expect(next).toEqual(to === 'stays' ? null : { to, milestone });
    },
  );

  test('one failed ping is enough where the limit is one', () => {
    const state = { status: 'active', failures: 1, discovered: true, lost: false } as const;
    expect(nextStatus(state, false, 1)).toEqual({ to: 'inactive', milestone: 'lost' });
  });

  test('a good ping always ends in active, and a state is never entered twice in a row', () => {
    const state = fc.record({
      status: fc.constantFrom(...WORKER_STATUSES),
      failures: fc.nat(10),
      discovered: fc.boolean(),
      lost: fc.boolean(),
    });
    fc.assert(
      fc.property(state, fc.boolean(), fc.integer({ min: 1, max: 5 }), (before, good, max) => {
        const next = nextStatus(before, good, max);
        if (good) expect(next?.to ?? before.status).toBe('active');
        expect(next?.to).not.toBe(before.status);
      }),
    );
  });
});
