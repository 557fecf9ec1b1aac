import { UserError } from './errors.ts';

/** What of a wanted task may be wrong, in the words of the form; a parameter has its own name. */
export type TaskField =
  | 'tasks'
  | 'id'
  | 'benchmark'
  | 'priority'
  | 'worker'
  | 'labels'
  | 'label'
  | 'not before'
  | 'deadline'
  | 'timeout'
  | 'retries'
  | 'batch'
  | 'parameters'
  | 'parameter name'
  | { readonly parameter: string };

/** Which one of several tasks. */
export interface TaskPlace {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** A wanted task that cannot be accepted: the field, what was found there and what was expected. `TASK_INVALID`. */
export class TaskInvalid extends UserError {
  readonly field: TaskField;
  /** `found “x”, expected y` */
  readonly problem: string;
  readonly place: TaskPlace | null;

  constructor(field: TaskField, problem: string, place: TaskPlace | null = null) {
    const which = place === null ? '' : `task ${place.index + 1} of ${place.count}: `;
    super('TASK_INVALID', `${which}${typeof field === 'string' ? field : field.parameter}: ${problem}`);
    this.field = field;
    this.problem = problem;
    this.place = place;
  }
}
