import { averageLatencyMs } from '#model/recent-pings.ts';
import { newestFirst, valuesOf } from '#model/ring.ts';
import { startedAt } from '#model/task.ts';
import type { Strip } from '#model/uptime.ts';
import { runsForeignTask, slotsOf, type Worker } from '#model/worker.ts';
import type { WorkerRun } from '#model/worker-run.ts';
import { incidentLine, shortId, shortTaskId } from '#ui/frame/incident-text.ts';
import type { MessageKey } from '#ui/i18n/en.ts';
import { type Fact, factLines, type Value } from '#ui/lines/facts.ts';
import {
  EMPTY_LINE,
  type Line,
  line,
  lineWidth,
  padEnd,
  type Span,
  span,
  widthOf,
  wrap,
} from '#ui/lines/line.ts';
import { titleLines } from '#ui/list/details-pane.ts';
import { STATUS_GLYPHS, STATUS_STYLES } from '#ui/theme/theme.ts';
import { outcomeCell } from '#ui/views/tasks/task-text.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { asideText, failureText, healthCell, reasonText, warningText } from './health-text.ts';
import { machineValues } from './machine-text.ts';
import { percentile } from './percentiles.ts';
import { sparkline } from './sparkline.ts';
import { uptimeBar } from './uptime-bar.ts';

/** Everything known of one worker, for the pane beside the table or the whole view. */
export function workerDetails(worker: Worker, context: ViewContext): Line[] {
  const { t, area } = context;
  return [
    ...titleLines(worker.id, area),
    EMPTY_LINE,
    ...factLines(factsOf(worker, context), area.columns),
    EMPTY_LINE,
    line(t('detail.pings'), 'strong'),
    sparkline(valuesOf(worker.recentPings), area.columns),
    EMPTY_LINE,
    ...uptimeLines(worker, 'hour', context),
    ...uptimeLines(worker, 'day', context),
    ...errorLines(worker, context),
    ...runLines(worker, context),
    line(t('detail.events'), 'strong'),
    ...eventLines(worker, context),
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
  const { t, format, area } = context;
  const lines = [...newestFirst(recentFailures)].flatMap(({ at, failure, count }): Line[] => {
    const time = line(`${format.time(at)}  `, 'muted');
    const told = hanging(time, span(failureText(failure, context), 'bad'), area.columns);
    const times = span(count === 1 ? '' : `  ${t('detail.times', { count })}`, 'muted');
    const [last = EMPTY_LINE] = told.slice(-1);
    if (lineWidth([...last, times]) <= area.columns) return [...told.slice(0, -1), [...last, times]];
    return [...told, [span(' '.repeat(lineWidth(time))), span(times.text.trim(), 'muted')]];
  });
  return [line(t('detail.errors'), 'strong'), ...lines, EMPTY_LINE];
}

/** What ended there last, the newest first; what it runs is among the facts. */
function runLines({ runs }: Worker, context: ViewContext): Line[] {
  if (runs.taken === 0) return [];
  const shown = [...newestFirst(runs)];
  const widest = Math.max(...shown.map((run) => widthOf(runId(run))));
  const lines = shown.flatMap((run) => linesOfRun(run, widest, context));
  return [line(context.t('detail.task-list'), 'strong'), ...lines, EMPTY_LINE];
}

function runId({ taskId, batch }: WorkerRun): string {
  return shortTaskId({ id: taskId, batch });
}

/** In one line where it fits; else its error stands below it, whole. */
function linesOfRun(run: WorkerRun, idWidth: number, context: ViewContext): Line[] {
  const { at, benchmark, outcome, seconds, error } = run;
  const { format, t, area } = context;
  const time = span(`${format.time(at)}  `, 'muted');
  const what = [
    time,
    span(`${padEnd(runId(run), idWidth)}  `),
    outcomeCell(outcome, context),
    span(`  ${benchmark}`, 'muted'),
    span(seconds === null ? '' : `  ${format.seconds(seconds)}`, 'muted'),
  ];
  if (error === null) return [what];
  const why = span(t.say(error), outcome === 'cancelled' ? 'muted' : 'bad');
  const whole = [...what, span('  '), why];
  if (lineWidth(whole) <= area.columns) return [whole];
  return [what, ...hanging([span(' '.repeat(widthOf(time.text)))], why, area.columns)];
}

/** A text behind what stands before it, wrapped under itself. */
function hanging(before: Line, text: Span, width: number): Line[] {
  const indent = lineWidth(before);
  return wrap(text.text, width - indent).map((part, index) => [
    ...(index === 0 ? before : [span(' '.repeat(indent))]),
    { ...text, text: part },
  ]);
}

function factsOf(worker: Worker, context: ViewContext): Fact[] {
  const { t, format, now } = context;
  const { status, config, statusReport, report } = worker;
  const since = t('detail.since', {
    status: t(`status.${status}`),
    duration: format.duration(now - worker.since),
  });
  const running = [
    ...worker.inFlight.map((id) => ({ text: runningText(id, context) })),
    ...foreignValues(worker, context),
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

/** What it says it runs beside that, as long as it answers: somebody else's, or one of ours that was given up there. */
function foreignValues(worker: Worker, { snapshot, t }: ViewContext): Value[] {
  const wire = worker.report?.currentTask?.taskId;
  if (wire === undefined || worker.status === 'inactive' || !runsForeignTask(worker)) return [];
  const { known } = snapshot.tasks;
  const own = known.get(wire) ?? known.get(wire.replace(/\.\d+$/, ''));
  if (own !== undefined) return [{ text: t('detail.given-up', { task: shortTaskId(own) }), style: 'muted' }];
  return [{ text: t('detail.foreign', { task: shortId(wire) }) }];
}

/** What of ours runs there, and for how long. */
function runningText(id: string, { snapshot, format, now }: ViewContext): string {
  const task = snapshot.tasks.known.get(id);
  if (task === undefined) return shortId(id);
  const since = startedAt(task);
  const duration = since === null ? '' : `  ${format.duration(now - since)}`;
  return `${shortTaskId(task)}  ${task.benchmark}${duration}`;
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
  const { failures } = worker;
  const max = snapshot.settings?.maxPingFailures ?? null;
  // Once there are as many as make it inactive, how many those are says nothing any more.
  const text =
    max === null || failures > max
      ? t('detail.failures-many', { failures })
      : t('detail.failures-value', { failures, max });
  return [{ text, style: 'bad' }];
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

/** What happened to it, the newest first. */
function eventLines({ events }: Worker, context: ViewContext): Line[] {
  if (events.taken === 0) return [line(context.t('detail.no-events'), 'muted')];
  return [...newestFirst(events)].flatMap((event) => {
    const [time = span(''), text = span('')] = incidentLine(event, context);
    return hanging([time], text, context.area.columns);
  });
}
