import type { Clock } from '#model/clock.ts';
import { said } from '#model/said.ts';
import { readOrSetAside } from '#storage/set-aside.ts';
import { isObject } from './json-object.ts';
import { type RestoredState, restoredState } from './restored-state.ts';

/** What worker_state.json gave at start. */
export interface StateFileReading {
  /** Null where there was no file, or none that could be understood. */
  readonly state: RestoredState | null;
  /** What was wrong with it and where it is now, in English; null where nothing was. */
  readonly notice: string | null;
}

/**
 * Reads what an earlier master left. A file that cannot be parsed is kept beside itself under a name with the time
 * in it. Never rejects.
 */
export async function readStateFile(path: string, clock: Clock): Promise<StateFileReading> {
  const { value, problem } = await readOrSetAside(path, clock.now(), (document) => {
    if (!isObject(document)) throw new Error(said`it holds no JSON object`);
    return restoredState(document, clock.now());
  });
  return {
    state: value,
    notice: problem === null ? null : said`${problem}; counters and history begin anew`,
  };
}
