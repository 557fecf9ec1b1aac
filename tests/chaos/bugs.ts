import type { Roles } from '#app/compose.ts';
import type { Settings } from '#model/settings.ts';
import type { WorkerClient } from '#worker-client/worker-client.ts';
import type { Bug } from './messages.ts';

/** How long after its acknowledgement something is written, with that bug. */
const LATE_MS = 1_500;

/** Stands in front of real roles with a bug in it. */
export function rolesWith(bug: Bug): Roles {
  switch (bug) {
    case 'acknowledged-early':
      return {
        store: (real) => ({
          ...real,
          insert(submission) {
            later(() => real.insert(submission));
            return Promise.resolve({
              tasks: submission.tasks.map(() => 'inserted' as const),
              sweeps: submission.sweeps.map(() => []),
            });
          },
        }),
      };
    case 'cancelled-early':
      return {
        store: (real) => ({
          ...real,
          save(task, line) {
            if (line.change !== 'cancelled') return real.save(task, line);
            later(() => real.save(task, line));
            return Promise.resolve();
          },
        }),
      };
    case 'resent-unasked':
      return { client: (real) => ({ ...real, execute: resending(real, '.again') }) };
    case 'resent-as-it-was':
      return { client: (real) => ({ ...real, execute: resending(real, '') }) };
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
    case 'given-up-early':
      return {};
  }
}

/** The settings as a master with that bug takes them. */
export function settingsWith(bug: Bug | undefined, settings: Settings): Settings {
  return bug === 'given-up-early' ? { ...settings, taskTimeoutMs: settings.taskTimeoutMs / 5 } : settings;
}

function later(write: () => Promise<unknown>): void {
  setTimeout(() => void write().catch(() => {}), LATE_MS);
}

/**
 * What our worker has under one name it does not run again: a client that knew no better would take another one. A worker
 * of version 1 runs it again as it was.
 */
function resending(real: WorkerClient, suffix: string): WorkerClient['execute'] {
  return async (config, request, options) => {
    const outcome = await real.execute(config, request, options);
    if (outcome.kind !== 'uncertain') return outcome;
    const again = { ...request, wireId: request.wireId + suffix };
    return real.execute(config, again, { ...options, onSent: () => {} });
  };
}
