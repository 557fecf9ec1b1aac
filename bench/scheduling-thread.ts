import { parentPort } from 'node:worker_threads';
import { type Case, scenarioOf } from '../tests/helpers/fleet-scenarios.ts';
import { simulate } from '../tests/helpers/simulated-fleet.ts';

/** What one simulated case gave, in seconds. */
export interface Figures {
  readonly makespan: number;
  readonly bound: number;
  readonly meanWait: number;
  readonly p95Wait: number;
  readonly meanResponse: number;
  readonly meanRun: number;
  readonly violations: readonly string[];
}

/** Tasks a worker that come before a stream is measured. */
const FILLING = 2;

/** Simulates one case after the other, as they are asked for. */
parentPort?.on('message', (asked: Case) => void answer(asked));

async function answer(asked: Case): Promise<void> {
  const scenario = scenarioOf(asked);
  const { runs: all, makespan, bound, violations } = await simulate(scenario);
  // A stream begins with an empty fleet: while that fills, nothing counts.
  const from = scenario.tasks[asked.load === null ? 0 : FILLING * asked.workers]?.atSeconds ?? 0;
  const runs = all.filter(({ atSeconds }) => atSeconds >= from);
  const waits = runs.map(({ wait }) => wait).sort((a, b) => a - b);
  const figures: Figures = {
    makespan,
    bound,
    meanWait: mean(waits),
    p95Wait: waits[Math.ceil(0.95 * waits.length) - 1] ?? 0,
    meanResponse: mean(runs.map(({ response }) => response)),
    meanRun: mean(runs.map(({ response, wait }) => response - wait)),
    violations,
  };
  parentPort?.postMessage(figures);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
