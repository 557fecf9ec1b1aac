import type { PastRun } from '#model/past-run.ts';
import type { Task } from '#model/task.ts';
import { createFeatureReader, WORK } from './features.ts';
import { createMoments } from './least-squares.ts';

/** A worker's mean is made of about so many of its last runs: enough to be steady, few enough to follow a change. */
const REMEMBERED_RUNS = 10;
/** About so many of the fleet's last runs count for the coefficients. */
const REMEMBERED_VARIED = 2_000;
const KEEP = 1 - 1 / REMEMBERED_VARIED;
/** How much variation of a parameter is needed to believe what it seems to do (squares of logarithms, summed up). */
const RIDGE = 0.5;
/** The same for a departure from particles² × steps: short runs say little of those that are many times as long. */
const WORK_RIDGE = 10;
/** Runs that the coefficients are first fitted on. */
const FIRST_FIT = 4;
/** The fleet's mean counts as this many runs of a worker: its first run says nearly everything about its speed. */
const PRIOR_RUNS = 0.2;
/** A run that departs further from what was expected, as a logarithm, counts as if it departed so far only … */
const MOST_SURPRISING = Math.log(3);
/** … or, where runs depart more than that as a rule, by so many times the usual. */
const USUAL_SURPRISES = 3;
/** What the newest run counts in what is usual. */
const FADE = 0.1;
/** Sizes are measured anew when a coefficient has moved by so much. */
const NEW_REVISION = 0.005;
/** Bound on the exponents, so that no size is infinite. */
const MAX_EXPONENT = 200;

/** What was learnt of one benchmark. */
export interface BenchmarkDurations {
  /** Expected seconds for a task of size 1 on a worker as fast as the fleet's mean; 0 while nobody has run it. */
  readonly secondsPerSize: number;
  /** The same on one worker. What is given back stays up to date. */
  speedOf(workerId: string): Speed;
  /** Standard deviation of the logarithm of a run's duration around what was expected of it. */
  readonly deviation: number;
  /** Seconds that a run there usually takes, whatever its parameters; null where it has not run it. */
  usualSeconds(workerId: string): number | null;
}

/** How fast a worker runs one benchmark. */
export interface Speed {
  /** The fleet's mean while the worker has not run it. */
  readonly secondsPerSize: number;
  readonly isKnown: boolean;
}

/** How long tasks are expected to run. */
export interface Durations {
  /** Counts a finished run in. */
  learn(run: PastRun): void;
  of(benchmark: string): BenchmarkDurations;
  /** How much there is to do in a task, in a unit of its benchmark; comparable within one revision. */
  sizeOf(task: Pick<Task, 'benchmark' | 'parameters'>): number;
  /** Another number after the sizes of a benchmark have changed. */
  revisionOf(benchmark: string): number;
  /** Expected seconds of a task on a worker; null while nobody has run its benchmark. */
  expected(task: Pick<Task, 'benchmark' | 'parameters'>, workerId: string): number | null;
}

/**
 * Learns the duration of a run from those that finished. With z the features of the parameters (features.ts) and o the
 * logarithm of the work where it is known:
 *
 *     ln seconds = o + β·z + b(worker)
 *
 * β is common to the fleet, fitted on how runs depart from the means of their own worker (the fixed-effects or “within”
 * estimator: Wooldridge, Econometric Analysis of Cross Section and Panel Data, §10.5), so that a worker that got the
 * long tasks is not taken to be slow. b is the worker's own mean of ln seconds − o − β·z over about its last 10 runs,
 * drawn to the mean of all workers by the weight of a fifth of a run. Older runs fade exponentially. A run that departs by
 * more than a factor of three, or three times the usual, counts as if it had departed by just that (Huber, “Robust
 * Estimation of a Location Parameter”, Annals of Mathematical Statistics 35(1), 1964).
 */
export function createDurations(): Durations {
  const benchmarks = new Map<string, Learner>();

  function learnerOf(benchmark: string): Learner {
    const known = benchmarks.get(benchmark);
    if (known !== undefined) return known;
    const learner = createLearner();
    benchmarks.set(benchmark, learner);
    return learner;
  }

  return {
    learn(run) {
      if (run.seconds > 0 && Number.isFinite(run.seconds)) learnerOf(run.benchmark).learn(run);
    },
    of: learnerOf,
    sizeOf: ({ benchmark, parameters }) => learnerOf(benchmark).sizeOf(parameters),
    revisionOf: (benchmark) => learnerOf(benchmark).revision,
    expected({ benchmark, parameters }, workerId) {
      const learner = learnerOf(benchmark);
      if (learner.secondsPerSize === 0) return null;
      return learner.sizeOf(parameters) * learner.speedOf(workerId).secondsPerSize;
    },
  };
}

interface Learner extends BenchmarkDurations {
  readonly revision: number;
  learn(run: PastRun): void;
  sizeOf(parameters: Task['parameters']): number;
}

/** Means of one worker's runs. */
interface Known extends Speed {
  runs: number;
  /** Of ln seconds. */
  logSeconds: number;
  /** Of ln seconds − o. */
  target: number;
  features: number[];
  /** exp b, as of its last run. */
  secondsPerSize: number;
  isKnown: boolean;
}

/** One run in the terms of the model. */
interface Observation {
  readonly target: number;
  readonly values: readonly number[];
  readonly logSeconds: number;
}

function createLearner(): Learner {
  const read = createFeatureReader();
  const moments = createMoments((feature) => (feature === WORK ? WORK_RIDGE : RIDGE));
  const workers = new Map<string, Known>();
  /** Those of them that have not run it. */
  const unknown = new Set<Known>();
  let count = 0;
  /** Mean of how far runs depart from what was expected, as a logarithm. */
  let usualSurprise = 0;
  /** Sums over the workers of their means. */
  const sum: Pick<Known, 'target' | 'features'> = { target: 0, features: [] };
  /** The coefficients that sizes are made with. */
  let used: readonly number[] = [];
  let revision = 0;
  /** Runs that tell something of the coefficients, and how many there have to be for the next fit. */
  let varied = 0;
  let fitAt = FIRST_FIT;
  /** exp of the mean b. */
  let meanSecondsPerSize = 0;

  /** b of a worker, with the sizes in use. */
  function effect({ target, features }: Pick<Known, 'target' | 'features'>): number {
    return target - dot(used, features);
  }

  function meanEffect(): number {
    return count === 0 ? 0 : effect(sum) / count;
  }

  function shrunkEffect(known: Known): number {
    const mean = meanEffect();
    return mean + ((effect(known) - mean) * known.runs) / (known.runs + PRIOR_RUNS);
  }

  function knownOf(workerId: string): Known {
    const before = workers.get(workerId);
    if (before !== undefined) return before;
    const known = {
      runs: 0,
      logSeconds: 0,
      target: 0,
      features: [],
      isKnown: false,
      secondsPerSize: meanSecondsPerSize,
    };
    workers.set(workerId, known);
    unknown.add(known);
    return known;
  }

  /** How far a run departs from what was expected of it, as a logarithm. */
  function surprise(target: number, values: readonly number[], known: Known): number {
    return known.isKnown ? target - dot(used, values) - shrunkEffect(known) : 0;
  }

  function addFirst(known: Known, { target, values, logSeconds }: Observation): void {
    Object.assign(known, { runs: 1, logSeconds, target, features: [...values], isKnown: true });
    unknown.delete(known);
    count += 1;
    sum.target += target;
    for (const [index, value] of values.entries()) sum.features[index] = (sum.features[index] ?? 0) + value;
  }

  function addRun(known: Known, { target, values, logSeconds }: Observation): void {
    const apart = values.map((value, index) => value - (known.features[index] ?? 0));
    // Welford's update of a sum of products about a moving mean.
    moments.add(apart, { target: target - known.target, weight: known.runs / (known.runs + 1), keep: KEEP });
    known.runs = Math.min(known.runs + 1, REMEMBERED_RUNS);
    known.logSeconds += (logSeconds - known.logSeconds) / known.runs;
    const step = (target - known.target) / known.runs;
    known.target += step;
    sum.target += step;
    for (const [index, value] of apart.entries()) {
      known.features[index] = (known.features[index] ?? 0) + value / known.runs;
      sum.features[index] = (sum.features[index] ?? 0) + value / known.runs;
    }
    if (apart.some((value) => value !== 0)) refit();
  }

  /** The first coefficients are mostly chance: they are fitted again whenever there is twice as much to go by. */
  function refit(): void {
    varied += 1;
    if (varied < fitAt) return;
    fitAt = Math.min(2 * varied, varied + REMEMBERED_VARIED);
    const fitted = moments.coefficients();
    const moved = fitted.some((value, index) => Math.abs(value - (used[index] ?? 0)) > NEW_REVISION);
    if (!moved) return;
    used = fitted;
    revision += 1;
    for (const known of workers.values())
      if (known.isKnown) known.secondsPerSize = bounded(shrunkEffect(known));
  }

  return {
    get revision() {
      return revision;
    },
    get secondsPerSize() {
      return meanSecondsPerSize;
    },
    get deviation() {
      return usualSurprise * Math.sqrt(Math.PI / 2);
    },
    speedOf: knownOf,
    usualSeconds(workerId) {
      const { isKnown, logSeconds } = knownOf(workerId);
      return isKnown ? bounded(logSeconds) : null;
    },
    sizeOf(parameters) {
      const { offset, values } = read(parameters);
      return bounded(offset + dot(used, values));
    },
    learn({ workerId, parameters, seconds }) {
      const { offset, values } = read(parameters);
      const seen = Math.log(seconds) - offset;
      const known = knownOf(workerId);
      const departs = surprise(seen, values, known);
      const most = Math.max(MOST_SURPRISING, USUAL_SURPRISES * usualSurprise);
      const target = seen - departs + Math.max(-most, Math.min(most, departs));
      usualSurprise += FADE * (Math.abs(departs) - usualSurprise);
      const observation = { target, values, logSeconds: target + offset };
      if (known.isKnown) addRun(known, observation);
      else addFirst(known, observation);
      meanSecondsPerSize = bounded(meanEffect());
      known.secondsPerSize = bounded(shrunkEffect(known));
      for (const other of unknown) other.secondsPerSize = meanSecondsPerSize;
    },
  };
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

function bounded(exponent: number): number {
  return Math.exp(Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, exponent)));
}
