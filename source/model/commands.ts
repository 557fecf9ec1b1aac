import type { Batch } from './batch.ts';
import type { Snapshot } from './snapshot.ts';
import type { SweepParameters } from './sweep.ts';
import type { NewTask, Task, TaskState } from './task.ts';
import type { HistoryEntry } from './task-history.ts';
import type { NoteReason } from './task-note.ts';

/** A task, or, where parameters have several values, a batch of tasks whose ids begin with its id. */
export type Wanted = Omit<NewTask, 'parameters'> & { readonly parameters: SweepParameters };

/** Everything that anyone may ask of the master. */
export type Command =
  /** Accept tasks. Answered once they are committed to the database; refused as a whole with a UserError. */
  | { readonly type: 'submit-tasks'; readonly tasks: readonly Wanted[] }
  /** Call tasks off, whatever they are doing. */
  | { readonly type: 'cancel-tasks'; readonly ids: readonly string[] }
  /** Run tasks again that failed or were cancelled, with all their attempts before them. */
  | { readonly type: 'retry-tasks'; readonly ids: readonly string[] }
  /** Call off all of a batch that has not ended. */
  | { readonly type: 'cancel-batch'; readonly batch: string }
  /** Run all of a batch again that failed or was cancelled. */
  | { readonly type: 'retry-batch'; readonly batch: string }
  /** Send no new tasks to a worker, or send them again. */
  | { readonly type: 'drain-worker'; readonly workerId: string; readonly drained: boolean }
  | ExportTasks
  | EditSetting;

/** Write tasks to a new file in the master's folder: all that the database has, or those of a batch. */
export interface ExportTasks {
  readonly type: 'export-tasks';
  readonly format: 'csv' | 'json';
  readonly batch: string | null;
}

/** Write another value of a setting into .env, from where it comes into force at once. */
export interface EditSetting {
  readonly type: 'edit-setting';
  /** The name in .env. */
  readonly key: string;
  /** As it is to be written there, without spaces around it; empty: not set, so that what goes after .env counts. */
  readonly value: string;
  /** What it was when somebody decided to change it: where it is something else by now, the command is refused. */
  readonly was: string;
}

/** A command about the queue itself. */
export type QueueCommand = Exclude<Command, ExportTasks | EditSetting>;

export type SubmitTasks = Extract<Command, { type: 'submit-tasks' }>;

/** What there is to say of one task. */
export interface TaskNote {
  readonly id: string;
  readonly reason: NoteReason;
}

/** What became of each task that a command was about. */
export interface TasksAnswer {
  /** How many are as they were asked to be, or on their way there. */
  readonly done: number;
  /** What else there is to say: why one was left as it is, or goes on at its worker all the same. */
  readonly notes: readonly TaskNote[];
}

/** What a command is answered with. */
interface CommandAnswers {
  'submit-tasks': {
    /** Of the tasks that are no sweep, in the order in which they were asked for. */
    readonly ids: readonly string[];
    /** Of the sweeps, with the number of their tasks. */
    readonly batches: readonly { readonly id: string; readonly tasks: number }[];
  };
  'cancel-tasks': TasksAnswer;
  'retry-tasks': TasksAnswer;
  'cancel-batch': TasksAnswer;
  'retry-batch': TasksAnswer;
  'drain-worker': { readonly drained: boolean };
  /** Where it was written, absolute. */
  'export-tasks': { readonly file: string };
  /** What is in force now. */
  'edit-setting': { readonly value: string };
}

export type CommandAnswer<C extends Command = Command> = CommandAnswers[C['type']];

/** A question that changes nothing; answered from the database, a page at a time. */
export type Query =
  /** All of the picture but its single tasks, for whoever only wants to know once how things stand. */
  | { readonly type: 'overview' }
  | { readonly type: 'task'; readonly id: string }
  /** What happened to a task, oldest first, at most the last 500 lines. */
  | { readonly type: 'task-history'; readonly id: string }
  | { readonly type: 'batch'; readonly id: string }
  /**
   * What a task under way has printed so far and how far it is; what one that has ended printed in its last attempt.
   * Where its worker can tell.
   */
  | { readonly type: 'task-output'; readonly id: string }
  | {
      /** Newest first; `before` is the `sequence` to go on from. */
      readonly type: 'tasks';
      readonly states: readonly TaskState[];
      /** Only those of a batch. */
      readonly batch?: string;
      readonly before: number | null;
      readonly limit: number;
    };

/** A question about the queue itself. */
export type QueueQuery = Exclude<Query, { readonly type: 'overview' }>;

/** How far a run is, as far as it is known. */
export interface LiveOutput {
  /** 0–1; null where the worker does not know. */
  readonly progress: number | null;
  /** The end of what it printed, plain text. */
  readonly stdout: string;
  readonly stderr: string;
  /** How long the whole run is expected to take, from the runs before it; null where there was none like it. */
  readonly expectedSeconds: number | null;
}

export interface QueryAnswers {
  overview: Snapshot;
  task: Task | null;
  'task-history': readonly HistoryEntry[];
  batch: Batch | null;
  /** Null for a task that was not at a worker, or waits for its next one. */
  'task-output': LiveOutput | null;
  tasks: readonly Task[];
}

export type QueryAnswer<Q extends Query> = QueryAnswers[Q['type']];
