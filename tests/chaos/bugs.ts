import type { Roles } from '#app/compose.ts';
import type { WorkerClient } from '#worker-client/worker-client.ts';
import type { Bug } from './messages.ts';

/** How long after its acknowledgement a submission is written, with that bug. */
const LATE_MS = 1_500;

/** Stands in front of real roles with a bug in it. */
export function rolesWith(bug: Bug): Roles {
  switch (bug) {
    case 'acknowledged-early':
      return {
        store: (real) => ({
          ...real,
          insert(submission) {
            setTimeout(() => void real.insert(submission).catch(() => {}), LATE_MS);
            return Promise.resolve({ tasks: submission.tasks.map(() => 'inserted' as const), sweeps: [] });
          },
        }),
      };
    case 'resent-unasked':
      return { client: (real) => ({ ...real, execute: resending(real) }) };
    case 'given-elsewhere-unasked':
      return {
        client: (real) => ({
          ...real,
          async execute(config, request, options) {
            const outcome = await real.execute(config, request, options);
            return outcome.kind === 'uncertain' ? { ...outcome, kind: 'not-sent' } : outcome;
          },
        }),
      };
  }
}

/** What the worker has under one name it does not run again: a client that knew no better would take another one. */
function resending(real: WorkerClient): WorkerClient['execute'] {
  return async (config, request, options) => {
    const outcome = await real.execute(config, request, options);
    if (outcome.kind !== 'uncertain') return outcome;
    const again = { ...request, wireId: `${request.wireId}.again` };
    return real.execute(config, again, { ...options, onSent: () => {} });
  };
}
