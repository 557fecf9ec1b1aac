import type { Worker } from '#model/worker.ts';
import { EMPTY_LINE, type Line, line } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { failureText, healthCell } from '#ui/views/workers/health-text.ts';
import { type Alarm, recentFailures, workerAlarm } from './alarm.ts';
import { worstFirst } from './tiles.ts';

/**
 * What the frame has its colour for: the worst worker and how many more there are as bad, failed tasks. Problems and an
 * old picture are told where they stand.
 */
export function reasonLine(context: ViewContext, alarm: Alarm): Line {
  const { snapshot, now, t } = context;
  // Without a master it is not known either whether there are any.
  if (snapshot.settings === null) return EMPTY_LINE;
  if (snapshot.workers.size === 0) return line(t('workers.none'), alarm);
  const failed = alarm === 'warning' && recentFailures(snapshot, now);
  return line(
    [...workerReasons(context, alarm), ...(failed ? [t('wall.failures')] : [])].join('  ·  '),
    alarm,
  );
}

function workerReasons(context: ViewContext, alarm: Alarm): string[] {
  const { snapshot, now } = context;
  const order = worstFirst(snapshot.workers, now);
  const end = order.findIndex((worker) => workerAlarm(worker, now) !== alarm);
  const count = end < 0 ? order.length : end;
  const [worst] = order;
  if (worst === undefined || count === 0) return [];
  return [`${worst.id}: ${stateText(worst, context)}${count === 1 ? '' : `  +${count - 1}`}`];
}

function stateText(worker: Worker, context: ViewContext): string {
  if (worker.status !== 'unstable') return healthCell(worker, context).text;
  const status = context.t('status.unstable');
  return worker.lastFailure === null ? status : `${status}, ${failureText(worker.lastFailure, context)}`;
}
