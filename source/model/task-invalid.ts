import { UserError } from './errors.ts';
import { said } from './said.ts';

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

/** The field, what was found there and what was expected. */
export interface Mistake {
  readonly field: TaskField;
  readonly found: string;
  readonly expected: string;
}

/** A wanted task that cannot be accepted: the field, what was found there and what was expected. `TASK_INVALID`. */
export class TaskInvalid extends UserError implements Mistake {
  readonly field: TaskField;
  readonly found: string;
  readonly expected: string;
  /** `found “x”, expected y` */
  readonly problem: string;
  readonly place: TaskPlace | null;

  constructor(mistake: Mistake, place: TaskPlace | null = null) {
    const { field, found, expected } = mistake;
    const sentence = sentenceOf(mistake);
    super(
      'TASK_INVALID',
      place === null ? sentence : said`task ${place.index + 1} of ${place.count}: ${sentence}`,
    );
    this.field = field;
    this.found = found;
    this.expected = expected;
    this.problem = said`found “${found}”, expected ${expected}`;
    this.place = place;
  }
}

function sentenceOf({ field, found, expected }: Mistake): string {
  if (typeof field === 'object') {
    return said`parameter “${field.parameter}”: found “${found}”, expected ${expected}`;
  }
  switch (field) {
    case 'tasks':
      return said`tasks: found “${found}”, expected ${expected}`;
    case 'id':
      return said`id: found “${found}”, expected ${expected}`;
    case 'benchmark':
      return said`benchmark: found “${found}”, expected ${expected}`;
    case 'priority':
      return said`priority: found “${found}”, expected ${expected}`;
    case 'worker':
      return said`worker: found “${found}”, expected ${expected}`;
    case 'labels':
      return said`labels: found “${found}”, expected ${expected}`;
    case 'label':
      return said`label: found “${found}”, expected ${expected}`;
    case 'not before':
      return said`not before: found “${found}”, expected ${expected}`;
    case 'deadline':
      return said`deadline: found “${found}”, expected ${expected}`;
    case 'timeout':
      return said`timeout: found “${found}”, expected ${expected}`;
    case 'retries':
      return said`retries: found “${found}”, expected ${expected}`;
    case 'batch':
      return said`batch: found “${found}”, expected ${expected}`;
    case 'parameters':
      return said`parameters: found “${found}”, expected ${expected}`;
    case 'parameter name':
      return said`parameter name: found “${found}”, expected ${expected}`;
  }
}
