import { CALL_FAILURES } from '#model/call-failure.ts';
import { plainLine } from '#model/text.ts';
import { WORKER_STATUSES } from '#model/worker.ts';
import type { WorkerEvent } from '#model/worker-event.ts';

/*
 * What happened to a worker as one line of worker_state.json, the moment first, then a word, then what belongs to it:
 *
 *   1795470127000 status unstable inactive lost 5 5 refused
 *   1795470127000 aside 1795470187000 3 0 7f3a91c2 HTTP status 500
 *
 * A dash stands for nothing; free text is last. Objects would be nine lines an event for people, and for a large fleet
 * three times the bytes.
 */

const NOTHING = '-';

/** The event without its worker, in whose entry it stands. */
export function workerEventText(event: WorkerEvent): string {
  return `${event.at} ${partsOf(event).join(' ')}`.trimEnd();
}

function partsOf(event: WorkerEvent): readonly (string | number)[] {
  switch (event.type) {
    case 'worker-status-changed': {
      const { from, to, milestone, failure, failures, maxFailures } = event;
      const why = failure === null ? [NOTHING] : [failure.reason, failure.detail];
      return ['status', from, to, milestone ?? NOTHING, failures, maxFailures, ...why];
    }
    case 'worker-drained':
      return [event.drained ? 'drained' : 'undrained'];
    case 'worker-refused':
      return ['refused', event.httpStatus];
    case 'worker-set-aside': {
      const { until, failed, completed, taskId, error } = event.aside;
      return ['aside', until, failed, completed, taskId, error];
    }
    case 'worker-taken-back':
      return ['back'];
  }
}

/** What `workerEventText` wrote; null for what it cannot have written. No moment is later than `now`. */
export function workerEventOf(workerId: string, text: unknown, now: number): WorkerEvent | null {
  if (typeof text !== 'string') return null;
  const [moment = '', word, ...parts] = plainLine(text).split(' ');
  const number = (index: number) => count(parts[index]);
  const rest = (from: number) => parts.slice(from).join(' ');
  const common = { at: Math.min(count(moment), now), workerId };
  if (common.at === 0) return null;
  switch (word) {
    case 'status':
      return statusChange(common, parts);
    case 'drained':
    case 'undrained':
      return { ...common, type: 'worker-drained', drained: word === 'drained', restored: false };
    case 'refused':
      return { ...common, type: 'worker-refused', httpStatus: number(0) };
    case 'aside': {
      const [until, failed, completed, taskId = ''] = [number(0), number(1), number(2), parts[3]];
      const aside = { since: common.at, until, failed, completed, taskId, error: rest(4) };
      return { ...common, type: 'worker-set-aside', aside };
    }
    case 'back':
      return { ...common, type: 'worker-taken-back' };
    default:
      return null;
  }
}

function statusChange(
  common: Pick<WorkerEvent, 'at' | 'workerId'>,
  [from, to, milestone, failures, maxFailures, reason, ...detail]: readonly string[],
): WorkerEvent | null {
  const [former, status] = [from, to].map((word) => WORKER_STATUSES.find((each) => each === word));
  const why = CALL_FAILURES.find((each) => each === reason);
  if (former === undefined || status === undefined) return null;
  return {
    ...common,
    type: 'worker-status-changed',
    from: former,
    to: status,
    milestone: MILESTONES.find((each) => each === milestone) ?? null,
    failure: why === undefined ? null : { reason: why, detail: detail.join(' ') },
    failures: count(failures),
    maxFailures: count(maxFailures),
  };
}

const MILESTONES = ['discovered', 'lost', 'recovered'] as const;

function count(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0;
}
