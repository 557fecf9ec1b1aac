import type { NewTask, Task, TaskState } from './task.ts';

/** Everything that anyone may ask of the master. */
export type Command = {
  /** Accept tasks. Answered once they are committed to the database; refused as a whole with a UserError. */
  readonly type: 'submit-tasks';
  readonly tasks: readonly NewTask[];
};

/** What a command is answered with. */
interface CommandAnswers {
  'submit-tasks': { readonly ids: readonly string[] };
}

export type CommandAnswer<C extends Command = Command> = CommandAnswers[C['type']];

/** A question that changes nothing; answered from the database, a page at a time. */
export type Query =
  | { readonly type: 'task'; readonly id: string }
  | {
      /** Newest first; `before` is the `sequence` to go on from. */
      readonly type: 'tasks';
      readonly states: readonly TaskState[];
      readonly before: number | null;
      readonly limit: number;
    };

export interface QueryAnswers {
  task: Task | null;
  tasks: readonly Task[];
}

export type QueryAnswer<Q extends Query> = QueryAnswers[Q['type']];
