import { averageLatencyMs } from '#model/recent-pings.ts';
import { newestFirst, valuesOf } from '#model/ring.ts';
import type { Incident } from '#model/snapshot.ts';
import type { Table } from '#model/table.ts';
import { isFinal, lastWorker, type Task } from '#model/task.ts';
import type { Strip } from '#model/uptime.ts';
import { runsForeignTask, slotsOf, type Worker } from '#model/worker.ts';
import { incidentLine, shortId, shortTaskId } from '#ui/frame/incident-text.ts';
import type { MessageKey } from '#ui/i18n/en.ts';
import { type Fact, factLines, type Value } from '#ui/lines/facts.ts';
import { EMPTY_LINE, type Line, line, span } from '#ui/lines/line.ts';
import { STATUS_GLYPHS, STATUS_STYLES } from '#ui/theme/theme.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { asideText, failureText, healthCell, reasonText, warningText } from './health-text.ts';
import { machineValues } from './machine-text.ts';
import { percentile } from './percentiles.ts';
import { sparkline } from './sparkline.ts';
import { uptimeBar } from './uptime-bar.ts';

const SHOWN_EVENTS = 20;
const SHOWN_TASKS = 5;

/** Everything known of one worker, for the pane beside the table or the whole view. */
export function workerDetails(worker: Worker, context: ViewContext): Line[] {
  const { t, area } = context;
  return [
    line(worker.id, 'title'),
    EMPTY_LINE,
    ...factLines(factsOf(worker, context), area.columns),
    EMPTY_LINE,
    line(t('detail.pings'), 'strong'),
    sparkline(valuesOf(worker.recentPings), area.columns),
    EMPTY_LINE,
    ...uptimeLines(worker, 'hour', context),
    ...uptimeLines(worker, 'day', context),
    ...errorLines(worker, context),
    ...taskLines(worker, context),
    line(t('detail.events'), 'strong'),
    ...eventsOf(worker, context),
  ];
}

/** How it was in the last hour or day, the present at the right. */
function uptimeLines({ uptime }: Worker, strip: Strip, context: ViewContext): Line[] {
  const { t, format, now, area } = context;
  const { bar, share } = uptimeBar(uptime, strip, { now, width: area.columns });
  const text =
    share === null ? t('detail.uptime-unknown') : t('detail.uptime', { share: format.percent(share) });
  return [[span(t(`detail-strip.${strip}`), 'strong'), span(`  ${text}`, 'muted')], bar, EMPTY_LINE];
}

/** The last different failures, the newest first. */
function errorLines({ recentFailures }: Worker, context: ViewContext): Line[] {
  if (recentFailures.taken === 0) return [];
  const { t, format } = context;
  const lines = newestFirst(recentFailures).map(
    ({ at, failure, count }): Line => [
      span(`${format.time(at)}  `, 'muted'),
      span(failureText(failure, context), 'bad'),
      span(count === 1 ? '' : `  ${t('detail.times', { count })}`, 'muted'),
    ],
  );
  return [line(t('detail.errors'), 'strong'), ...lines, EMPTY_LINE];
}

/** What it runs of ours, and what it ended last, the newest first. */
function taskLines(worker: Worker, context: ViewContext): Line[] {
  const { snapshot, t } = context;
  const { known } = snapshot.tasks;
  const running = worker.inFlight.flatMap((id) => known.get(id) ?? []);
  const ended = known.derived(lastEnded).get(worker.id) ?? [];
  const tasks = [...running, ...ended];
  if (tasks.length === 0) return [];
  return [line(t('detail.task-list'), 'strong'), ...tasks.map((task) => taskLine(task, context)), EMPTY_LINE];
}

/** The tasks that each worker ended last, the newest first: not from the incidents, which a large fleet soon pushes out. */
function lastEnded(tasks: Table<Task>): ReadonlyMap<string, readonly Task[]> {
  const last = new Map<string, Task[]>();
  for (const task of tasks) {
    const worker = isFinal(task.state) ? lastWorker(task) : null;
    if (worker === null) continue;
    const own = last.get(worker) ?? [];
    last.set(worker, own);
    const oldest = own.at(-1);
    if (own.length >= SHOWN_TASKS && oldest !== undefined && task.updatedAt < oldest.updatedAt) continue;
    own.splice(own.filter(({ updatedAt }) => updatedAt > task.updatedAt).length, 0, task);
    if (own.length > SHOWN_TASKS) own.pop();
  }
  return last;
}

function taskLine(task: Task, { t, format }: ViewContext): Line {
  const seconds = task.result?.executionSeconds ?? null;
  const style = task.state === 'failed' ? 'bad' : task.state === 'completed' ? 'good' : 'info';
  return [
    span(`${shortTaskId(task)}  `),
    span(`${t(`task-state.${task.state}`)}  `, style),
    span(task.benchmark, 'muted'),
    span(seconds === null ? '' : `  ${format.seconds(seconds)}`, 'muted'),
  ];
}

function factsOf(worker: Worker, context: ViewContext): Fact[] {
  const { t, format, now } = context;
  const { status, config, statusReport, report } = worker;
  const since = t('detail.since', {
    status: t(`status.${status}`),
    duration: format.duration(now - worker.since),
  });
  const foreign = runsForeignTask(worker) ? (report?.currentTask?.taskId ?? '') : '';
  const running = [
    ...worker.inFlight.map((id) => ({ text: shortId(id) })),
    ...(foreign === '' ? [] : [{ text: t('detail.foreign', { task: shortId(foreign) }) }]),
  ];
  const facts: (readonly [MessageKey, readonly Value[]])[] = [
    ['detail.state', [{ text: `${STATUS_GLYPHS[status]} ${since}`, style: STATUS_STYLES[status] }]],
    ['detail.health', healthValues(worker, context)],
    ['detail.address', [{ text: config.url }]],
    ['detail.labels', config.labels.map((text) => ({ text }))],
    ['detail.ping', pingValues(worker, context)],
    [
      'detail.last-good',
      [
        {
          text:
            worker.lastGoodPingAt === null
              ? t('detail.never')
              : t('detail.last-good-value', { duration: format.duration(now - worker.lastGoodPingAt) }),
        },
      ],
    ],
    ['detail.failures', failureValues(worker, context)],
    ['detail.last-error', worker.lastFailure ? [{ text: failureText(worker.lastFailure, context) }] : []],
    [
      'detail.slots',
      [{ text: t('detail.slots-value', { used: worker.inFlight.length, slots: slotsOf(worker) }) }],
    ],
    ['detail.running', running],
    [
      'detail.tasks',
      [{ text: t('detail.tasks-value', { completed: worker.tasksCompleted, failed: worker.tasksFailed }) }],
    ],
    ['detail.benchmarks', benchmarkValues(worker, context)],
    ['detail.image', imageValues(statusReport, context)],
    ['detail.machine', report?.machine === undefined ? [] : machineValues(report.machine, context)],
    ['detail.capabilities', (report?.capabilities ?? []).map((text) => ({ text }))],
    ['detail.message', report?.message ? [{ text: report.message }] : []],
  ];
  return facts.map(([label, values]) => ({ label: t(label), values }));
}

function healthValues(worker: Worker, context: ViewContext): Value[] {
  const verdict: Value = healthCell(worker, context);
  return [
    verdict,
    ...worker.health.reasons.map((reason) => ({ text: reasonText(reason, context) })),
    ...(worker.aside === null ? [] : [{ text: asideText(worker.aside, context) }]),
    ...worker.health.warnings.map((warning) => ({
      text: warningText(warning, context),
      style: 'warning' as const,
    })),
  ];
}

/** Averages, and how it is spread: what a person waits for is the worst of it. */
function pingValues(worker: Worker, { t, format }: ViewContext): Value[] {
  const shown = (ms: number | null) => (ms === null ? '–' : format.latency(ms));
  const answered = valuesOf(worker.recentPings).filter((ms) => ms !== null);
  const averages = t('detail.ping-values', {
    average: shown(averageLatencyMs(worker)),
    count: worker.answered.taken,
    median: shown(worker.medianMs),
  });
  if (answered.length === 0) return [{ text: averages }];
  const spread = t('detail.ping-percentiles', {
    p50: shown(percentile(answered, 0.5)),
    p95: shown(percentile(answered, 0.95)),
    p99: shown(percentile(answered, 0.99)),
    count: answered.length,
  });
  return [{ text: averages }, { text: spread }];
}

function failureValues(worker: Worker, { t, snapshot }: ViewContext): Value[] {
  if (worker.failures === 0) return [];
  const max = snapshot.settings?.maxPingFailures ?? '–';
  return [{ text: t('detail.failures-value', { failures: worker.failures, max }), style: 'bad' }];
}

function benchmarkValues(worker: Worker, { t, format }: ViewContext): Value[] {
  const measured = Object.entries(worker.performance).map(([benchmark, { runs, meanSeconds }]) => ({
    text: t('detail.benchmark-value', { benchmark, duration: format.seconds(meanSeconds), runs }),
  }));
  const announced = (worker.statusReport?.benchmarks ?? []).filter((name) => !(name in worker.performance));
  return [...measured, ...announced.map((text) => ({ text }))];
}

function imageValues(report: Worker['statusReport'], { t }: ViewContext): Value[] {
  if (report === null || report.dockerImage === '') return [];
  return report.imageAvailable
    ? [{ text: report.dockerImage }]
    : [{ text: t('detail.image-missing', { image: report.dockerImage }), style: 'muted' }];
}

/** What happened to it, the newest first, and to its tasks, as far as that is among the last incidents of the fleet. */
function eventsOf(worker: Worker, context: ViewContext): Line[] {
  const ofTasks = newestFirst(context.snapshot.incidents).filter(
    (incident) => incident.type === 'task-changed' && incident.task.attempts.at(-1)?.workerId === worker.id,
  );
  const events: Incident[] = [...newestFirst(worker.events), ...ofTasks].sort((a, b) => b.at - a.at);
  if (events.length === 0) return [line(context.t('detail.no-events'), 'muted')];
  return events.slice(0, SHOWN_EVENTS).map((incident) => incidentLine(incident, context));
}
