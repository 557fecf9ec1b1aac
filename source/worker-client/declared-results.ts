import type { ParameterValue, TaskResult } from '#model/task.ts';
import { shownLine } from './shown-text.ts';

const MAX_RESULTS = 64;
const MAX_TEXT = 200;

/** What a worker says that a declared benchmark gave. Single values alone: a program may print any JSON. */
export function declaredResults(told: unknown): Pick<TaskResult, 'results'> {
  if (typeof told !== 'object' || told === null || Array.isArray(told)) return {};
  const results = new Map<string, ParameterValue>();
  for (const [key, value] of Object.entries(told)) {
    if (results.size === MAX_RESULTS) break;
    if (!isSingle(value)) continue;
    const name = shownLine(key, MAX_TEXT);
    if (name !== '') results.set(name, typeof value === 'string' ? shownLine(value, MAX_TEXT) : value);
  }
  return results.size === 0 ? {} : { results: Object.fromEntries(results) };
}

/** JSON can say a number that is infinite here, and could not be written again. */
function isSingle(value: unknown): value is ParameterValue {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
