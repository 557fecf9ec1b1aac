import { codeOf } from '#model/errors.ts';
import {
  outputsOf,
  type ProcessEntry,
  type ProcessTable,
  processLooks,
  readProcess,
  variableOf,
} from './process-table.ts';

/** A variable in the environment of every program: its value names the run, so that what it starts can be told by it. */
export const RUN_MARK = 'ELASTIC_WORKER_RUN';

/** Everything that came of one program. */
export interface ProcessTree {
  /**
   * Kills all of it that is there, after freezing it, so that nothing starts a process while it is being looked for.
   *
   * @returns whether nothing was left. What was killed may still be about to end: ask again.
   */
  kill(): boolean;
}

/** Whether a process belongs to a run by what it carries, whoever its parent is. */
export type Belongs = (entry: ProcessEntry) => boolean;

/**
 * The members of a tree: those that belong to it by themselves, and whatever descends from them. Never `self`.
 * Pure; what `belongs` reads is its own affair.
 */
export function membersOf(entries: readonly ProcessEntry[], belongs: Belongs, self: number): ProcessEntry[] {
  const children = Map.groupBy(entries, ({ parent }) => parent);
  const members = new Map<number, ProcessEntry>();
  const add = (entry: ProcessEntry): void => {
    if (entry.pid === self || entry.pid <= 1 || members.has(entry.pid)) return;
    members.set(entry.pid, entry);
    for (const child of children.get(entry.pid) ?? []) add(child);
  };
  for (const entry of entries) {
    if (!members.has(entry.pid) && belongs(entry)) add(entry);
  }
  return [...members.values()];
}

/**
 * The tree of a program that has just been started as the leader of a process group, with `RUN_MARK` set to `mark`.
 * Invariant: `kill` finds every process that is in the leader's group, or carries the mark, or writes to the leader's
 * standard output or error, or descends from one of these. So it finds what has called setsid and what has been orphaned
 * (a double fork). What has done all of this at once – left its parent, its session, its output and its environment –
 * is not to be told from any other process; a program of which that must be feared belongs in a container. The outputs are
 * read when the tree is made: of a leader that has ended by itself before that, within a moment of its start, they are not
 * known any more, and what it left is found by group, mark and descent only. One that runs until it is killed is known.
 */
export function treeOf(leader: number, mark: string): ProcessTree {
  const outputs = outputsOf(leader);
  const first = readProcess(leader)?.startedAt ?? 0;
  /** By pid, when each started: one that is about to end has neither environment nor outputs any more. */
  const killed = new Map<number, number>();
  const belongs: Belongs = ({ pid, group, startedAt }) =>
    // Nothing that is older than the program came of it.
    startedAt >= first &&
    (group === leader ||
      killed.get(pid) === startedAt ||
      variableOf(pid, RUN_MARK) === mark ||
      outputsOf(pid).some((output) => outputs.includes(output)));
  return {
    kill() {
      const found = killMembers(belongs);
      for (const { pid, startedAt } of found) killed.set(pid, startedAt);
      return found.length === 0;
    },
  };
}

/**
 * Kills the programs that a worker which was itself killed has left behind: those whose mark is `<prefix>-<row>`. To be
 * called before a worker of that prefix runs anything.
 *
 * @returns how many processes there were.
 */
export function killLeftPrograms(runPrefix: string): number {
  const isOurs = ({ pid }: ProcessEntry) => isRunOf(runPrefix, variableOf(pid, RUN_MARK) ?? '');
  return killMembers(isOurs).length;
}

/** Whether a name is that of a run: `a-1` is one of the prefix `a`, and `a-1-2` is not. */
export function isRunOf(runPrefix: string, name: string): boolean {
  return name.startsWith(`${runPrefix}-`) && /^\d+$/.test(name.slice(runPrefix.length + 1));
}

/** How often it is looked again although nothing was found, while something may have been missed: each look sees about half. */
const LOOKS = 50;

/**
 * Kills whatever belongs, and what descends from it; gives what it was. What ends while it is looked at has neither
 * environment nor outputs any more, and its child may have come too late to be seen: it is looked again then.
 */
function killMembers(belongs: Belongs): readonly ProcessEntry[] {
  const look = processLooks();
  const frozen = new Map<number, ProcessEntry>();
  const strangers = new Set<number>();
  let isSure: boolean;
  const belongsStill: Belongs = (entry) => {
    if (strangers.has(entry.pid)) return false;
    if (frozen.has(entry.pid) || belongs(entry)) return true;
    if (readProcess(entry.pid)) strangers.add(entry.pid);
    else isSure = false;
    return false;
  };
  let looks = 0;
  do {
    const table: ProcessTable = look();
    isSure = table.whole;
    looks += 1;
    for (const entry of membersOf(table.entries, belongsStill, process.pid)) {
      if (frozen.has(entry.pid)) continue;
      const how = signal(entry.pid, 'SIGSTOP');
      if (how === 'gone') isSure = false;
      if (how !== 'sent') continue;
      frozen.set(entry.pid, entry);
      looks = 0;
    }
  } while (looks === 0 || (!isSure && looks < LOOKS));
  for (const pid of frozen.keys()) signal(pid, 'SIGKILL');
  return [...frozen.values()];
}

/** `refused`: it is not ours to end (a program that runs as another user). */
function signal(pid: number, name: 'SIGSTOP' | 'SIGKILL'): 'sent' | 'gone' | 'refused' {
  try {
    process.kill(pid, name);
    return 'sent';
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return 'gone';
    if (codeOf(error) === 'EPERM') return 'refused';
    throw error;
  }
}
