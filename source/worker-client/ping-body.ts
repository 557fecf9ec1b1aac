import * as z from 'zod/mini';
import type { CurrentTask, PingReport } from '#model/worker.ts';
import { type Read, readJson } from './json.ts';
import { readMachine } from './machine-facts.ts';
import { shownLine } from './shown-text.ts';

const MAX_ID = 160;
const MAX_NAME = 128;
const MAX_MESSAGE = 200;
const MAX_CAPABILITIES = 64;
/** More at once than any machine has: a bound on the harm of a wrong announcement. */
const MAX_SLOTS = 1_024;

// Strict in what makes a ping good, lenient in all else: an odd key must not make a working worker inactive.
const pingBody = z.object({
  status: z.literal('active'),
  worker_id: z.string(),
  docker_available: z.optional(z.unknown()),
  current_task: z.optional(z.unknown()),
  capabilities: z.catch(z.optional(z.array(z.unknown())), undefined),
  slots: z.catch(z.optional(z.int().check(z.positive())), undefined),
  slots_free: z.catch(z.optional(z.int().check(z.nonnegative())), undefined),
  queued: z.catch(z.int().check(z.nonnegative()), 0),
  draining: z.catch(z.boolean(), false),
  message: z.catch(z.string(), ''),
  machine: z.optional(z.unknown()),
});

const currentTask = z.object({
  task_id: z.catch(z.union([z.string(), z.number()]), ''),
  benchmark: z.catch(z.string(), ''),
});

/** The body of an answer to GET /ping. */
export function readPing(body: string): Read<PingReport> {
  const read = readJson(body, pingBody);
  if (!read.ok) return read;
  const { value } = read;
  const machine = readMachine(value.machine);
  const capabilities = value.capabilities?.filter((item) => typeof item === 'string') ?? [];
  return {
    ok: true,
    value: {
      workerId: shownLine(value.worker_id, MAX_ID),
      dockerAvailable: !saysNo(value.docker_available),
      currentTask: readCurrentTask(value.current_task),
      capabilities: capabilities.slice(0, MAX_CAPABILITIES).map((name) => shownLine(name, MAX_NAME)),
      slots: value.slots === undefined ? null : Math.min(value.slots, MAX_SLOTS),
      slotsFree: value.slots_free === undefined ? null : Math.min(value.slots_free, MAX_SLOTS),
      queued: value.queued,
      draining: value.draining,
      message: shownLine(value.message, MAX_MESSAGE),
      ...(machine === undefined ? {} : { machine }),
    },
  };
}

/** Whether a flag says no in one of the ways in which flags are written. A missing or odd one says nothing. */
export function saysNo(flag: unknown): boolean {
  return flag === false || flag === 0 || (typeof flag === 'string' && /^(?:false|no|0)$/i.test(flag));
}

/** What cannot be read still runs: it must not look like an idle worker, or a task would be sent a second time. */
function readCurrentTask(value: unknown): CurrentTask | null {
  if (value === null || value === undefined || value === false || value === '') return null;
  if (typeof value === 'string') return { taskId: shownLine(value, MAX_ID), benchmark: '' };
  const read = currentTask.safeParse(value);
  if (!read.success) return { taskId: '', benchmark: '' };
  return {
    taskId: shownLine(String(read.data.task_id), MAX_ID),
    benchmark: shownLine(read.data.benchmark, MAX_NAME),
  };
}
