import { isWireIdOf } from '#model/worker.ts';
import type { ChaosReport } from './chaos.ts';
import type { Evidence, Rerun } from './classify.ts';

/** Ids that are shown of a class that should be empty, and of those with all that is known of them. */
const SHOWN = 10;
const TOLD = 3;

/** How a run was asked for: what runs it again. */
export interface Asked {
  readonly seed: number;
  readonly seconds: number;
  readonly tasks: number;
}

/** The command that plans the same mischief again. */
export function again({ seed, seconds, tasks }: Asked): string {
  return `CHAOS_SEED=${seed} CHAOS_SECONDS=${seconds} CHAOS_TASKS=${tasks} npm run test:chaos`;
}

/** The figures of a run, as lines. */
export function told(report: ChaosReport, asked: Asked): string {
  const { verdict, evidence, mischief, tookSeconds, leftOut, stderr } = report;
  const { wrong, reruns, ...right } = verdict;
  const starts = evidence.runs.reduce((sum, run) => sum + run.starts, 0);
  const sizes = (classes: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(classes)
      .map(([name, ids]) => `${name} ${ids.length}`)
      .join(', ');
  const several = reruns.filter(({ workers }) => workers > 1);
  const version1 = reruns.filter(({ isOfVersion1 }) => isOfVersion1);
  const some = Object.entries(wrong).flatMap(([name, ids]) =>
    ids.length > 0 ? [`${name}: ${ids.slice(0, SHOWN).join(' ')}`, ...detailsOf(ids, evidence)] : [],
  );
  const lines = [
    `chaos: ${again(asked)}`,
    `  ${evidence.submitted.length} tasks submitted, ${starts} programs started, in ${tookSeconds} s`,
    `  mischief: ${counts(mischief)}`,
    ...leftOut.map((what) => `  LEFT OUT: ${what}`),
    `  called off: ${counts(calledOff(evidence))}`,
    `  right: ${sizes(right)}`,
    `  wrong: ${sizes(wrong)}`,
    `  ran more than once: ${reruns.length} tasks, after a run that ended as ${whys(reruns)}`,
    `  on more than one worker: ${several.length} of them, ${whys(several)}`,
    `  after a run on a worker of version 1: ${version1.length} of them, ${whys(version1)}`,
    ...some.map((line) => `  ${line}`),
    ...(stderr === '' ? [] : [`  standard error of masters: ${stderr}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function detailsOf(ids: readonly string[], { submitted, tasks, runs }: Evidence): string[] {
  return ids.slice(0, TOLD).map((id) => {
    const isOf = (taskId: string) => isWireIdOf(id, taskId);
    const known = {
      submitted: submitted.find((one) => isOf(one.id)),
      recorded: tasks.find((task) => isOf(task.id)),
      runs: runs.filter(({ wire }) => isOf(wire) || isWireIdOf(wire, id)),
    };
    return `  ${id}: ${JSON.stringify(known)}`;
  });
}

function calledOff({ submitted }: Evidence): ReadonlyMap<string, number> {
  const by = Map.groupBy(submitted, ({ cancelled }) => cancelled);
  by.delete('no');
  return new Map([...by].map(([how, some]) => [how, some.length]));
}

function whys(reruns: readonly Rerun[]): string {
  const by = Map.groupBy(reruns, ({ why }) => why || 'completed');
  return counts(new Map([...by].map(([why, some]) => [why, some.length]))) || 'none';
}

function counts(by: ReadonlyMap<string, number>): string {
  const sorted = [...by].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, count]) => `${name} ${count}`).join(', ');
}
