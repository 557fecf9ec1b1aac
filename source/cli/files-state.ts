import { readFile } from 'node:fs/promises';
import { loadSettings } from '#configuration/settings.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import type { Settings } from '#model/settings.ts';
import { plainLine } from '#model/text.ts';
import { WORKER_STATUSES } from '#model/worker.ts';
import { isObject, restoredState } from '#persistence/restored-state.ts';
import type { Call } from './call.ts';
import { durationText } from './print.ts';
import type { WorkerRecord } from './records.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** What is known of a folder without its master. */
export interface FilesState {
  readonly settings: Settings;
  /** When the state file was written; null where there is none. */
  readonly at: number | null;
  /** Those of the configuration, and what the state file knew of them and of others. */
  readonly workers: readonly WorkerRecord[];
  readonly pings: { readonly total: number; readonly good: number; readonly failed: number };
}

/**
 * Reads the configuration and the state file. Unlike a master's start it changes nothing: a file that cannot be
 * understood stays where it is.
 *
 * @throws UserError CONFIGURATION_INVALID, STATE_FILE_INVALID
 */
export async function readFilesState({ dir, environment, clock }: Call<unknown>): Promise<FilesState> {
  const settings = await loadSettings({ dir, environment });
  const document = await readDocument(settings.stateFile);
  const { counters, workers: restored } = restoredState(document, clock.now());
  const known = isObject(document.workers) ? document.workers : {};
  const ids = new Set([...settings.workers.map(({ id }) => id), ...Object.keys(known)]);
  const workers = [...ids].map((id): WorkerRecord => {
    const entry = isObject(known[id]) ? known[id] : {};
    const past = restored.get(id);
    const config = settings.workers.find((worker) => worker.id === id);
    const answered = past?.answered ?? [];
    return {
      id,
      url: config?.url ?? urlOf(entry),
      status: WORKER_STATUSES.find((status) => status === entry.status) ?? 'unknown',
      healthy: entry.is_healthy === true,
      drained: null,
      since_ms: null,
      last_ping_at_ms: past?.lastPingAt ?? null,
      last_good_ping_at_ms: past?.lastGoodPingAt ?? null,
      average_latency_ms:
        answered.length === 0
          ? null
          : Math.round(answered.reduce((sum, ms) => sum + ms, 0) / answered.length),
      consecutive_failures: typeof entry.consecutive_failures === 'number' ? entry.consecutive_failures : 0,
      slots: config?.slots ?? null,
      slots_free: null,
      tasks_running: null,
      tasks_foreign: null,
      tasks_completed: past?.tasksCompleted ?? 0,
      tasks_failed: past?.tasksFailed ?? 0,
      labels: config?.labels ?? [],
      problems: [],
    };
  });
  const { totalPings: total, goodPings: good, failedPings: failed } = counters;
  return { settings, at: momentOf(document), workers, pings: { total, good, failed } };
}

/** One sentence for a person: how old what is shown is. */
export function ageNotice(at: number | null, now: number): string {
  return at === null
    ? 'no master runs here, and none has left a state file'
    : `no master runs here: this is what the state file knew ${durationText(now - at)} ago`;
}

async function readDocument(path: string): Promise<JsonObject> {
  try {
    const document: unknown = JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''));
    if (isObject(document)) return document;
    throw new Error('it holds no JSON object');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    throw new UserError(
      'STATE_FILE_INVALID',
      `${plainLine(path)} cannot be used (${plainLine(messageOf(error)).slice(0, 200)}): the next master keeps it aside and begins anew`,
      { cause: error },
    );
  }
}

function urlOf({ ip, port }: JsonObject): string | null {
  return typeof ip === 'string' && typeof port === 'number'
    ? `http://${plainLine(ip.includes(':') ? `[${ip}]` : ip)}:${port}`
    : null;
}

/** The old program wrote local time alone. */
function momentOf({ timestamp_ms: exact, timestamp }: JsonObject): number | null {
  const at = typeof exact === 'number' ? exact : Date.parse(String(timestamp));
  return Number.isFinite(at) ? at : null;
}
