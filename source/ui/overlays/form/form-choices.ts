import type { Snapshot } from '#model/snapshot.ts';
import type { Table } from '#model/table.ts';
import { MAX_PRIORITY, MIN_PRIORITY } from '#model/task.ts';
import type { Worker } from '#model/worker.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import { compareNaturally } from '#ui/list/natural-order.ts';
import type { ChoiceFieldId } from './form-fields.ts';

/** The worker that stands for “the master chooses”. No worker has this id. */
export const AUTOMATIC = '';

/** What active workers announce. */
interface Announced {
  readonly active: number;
  /** By the name of each benchmark, how many of them announce it. */
  readonly counts: ReadonlyMap<string, number>;
}

/** How many active workers announce each benchmark, and how many are active. */
export function announcedBenchmarks({ workers }: Pick<Snapshot, 'workers'>): Announced {
  return workers.derived(countAnnounced);
}

function countAnnounced(workers: Table<Worker>): Announced {
  const counts = new Map<string, number>();
  let active = 0;
  for (const { status, statusReport } of workers) {
    if (status !== 'active') continue;
    active += 1;
    for (const name of new Set(statusReport?.benchmarks)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return { active, counts };
}

/** Every label that a worker has, in alphabetical order. */
export function fleetLabels({ workers }: Pick<Snapshot, 'workers'>): readonly string[] {
  return workers.derived(sortedLabels);
}

function sortedLabels(workers: Table<Worker>): readonly string[] {
  const labels = new Set<string>();
  for (const { config } of workers) for (const label of config.labels) labels.add(label);
  return [...labels].sort(compareNaturally);
}

/** What may be chosen in a field, in the order in which left and right go through it. */
export function choicesOf(field: ChoiceFieldId, snapshot: Snapshot): readonly string[] {
  switch (field) {
    case 'benchmark':
      return benchmarkChoices(snapshot);
    case 'worker':
      return snapshot.workers.derived(workerChoices);
    case 'priority':
      return Array.from({ length: MAX_PRIORITY - MIN_PRIORITY + 1 }, (_, index) =>
        String(MIN_PRIORITY + index),
      );
  }
}

function workerChoices(workers: Table<Worker>): readonly string[] {
  return [AUTOMATIC, ...[...workers].map(({ id }) => id)];
}

/** What the active workers announce; while nobody does, the configured name. */
function benchmarkChoices(snapshot: Snapshot): readonly string[] {
  const announced = snapshot.workers.derived(announcedNames);
  if (announced.length > 0) return announced;
  return snapshot.settings === null ? [] : [snapshot.settings.benchmarks.python];
}

function announcedNames(workers: Table<Worker>): readonly string[] {
  return [...announcedBenchmarks({ workers }).counts.keys()].sort(compareNaturally);
}

/** The choice `by` places further; it goes round. From one that is gone it goes to the first or the last. */
export function neighbourChoice(choices: readonly string[], chosen: string, by: 1 | -1): string {
  const index = choices.indexOf(chosen);
  const next = index === -1 ? (by === 1 ? 0 : -1) : (index + by) % choices.length;
  return choices.at(next) ?? chosen;
}

/** The choices that hold `search` in their name; all of them while nothing is searched for. */
export function matchingChoices(choices: readonly string[], search: string, t: Translate): readonly string[] {
  return search === '' ? choices : choices.filter((choice) => rank(choice, search, t) < NO_MATCH);
}

/**
 * Where typing a name leads: to the choice of that name, else to the first that begins with it, else to the first that
 * holds it. It stays where it is while that is as good as any, and where nothing matches.
 */
export function searchedChoice(choices: readonly string[], chosen: string, { search, t }: Search): string {
  const best = Math.min(NO_MATCH, ...choices.map((choice) => rank(choice, search, t)));
  if (best === NO_MATCH || (choices.includes(chosen) && rank(chosen, search, t) === best)) return chosen;
  return choices.find((choice) => rank(choice, search, t) === best) ?? chosen;
}

interface Search {
  readonly search: string;
  readonly t: Translate;
}

const NO_MATCH = 3;

function rank(choice: string, search: string, t: Translate): number {
  const name = choiceName(choice, t).toLowerCase();
  const wanted = search.toLowerCase();
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  return name.includes(wanted) ? 2 : NO_MATCH;
}

/** A choice as it is shown. */
export function choiceName(choice: string, t: Translate): string {
  return choice === AUTOMATIC ? t('tasks.automatic') : choice;
}
