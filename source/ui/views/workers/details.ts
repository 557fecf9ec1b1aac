import { averageLatencyMs, runsForeignTask, slotsOf, type Worker } from '#model/worker.ts';
import { incidentLine, shortId } from '#ui/frame/incident-text.ts';
import type { MessageKey } from '#ui/i18n/en.ts';
import { type Fact, factLines, type Value } from '#ui/lines/facts.ts';
import { EMPTY_LINE, type Line, line } from '#ui/lines/line.ts';
import { STATUS_GLYPHS, STATUS_STYLES } from '#ui/theme/theme.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { asideText, failureText, healthCell, reasonText, warningText } from './health-text.ts';
import { sparkline } from './sparkline.ts';

const SHOWN_EVENTS = 20;

/** Everything known of one worker, for the pane beside the table or the whole view. */
export function workerDetails(worker: Worker, context: ViewContext): Line[] {
  const { t, area } = context;
  return [
    line(worker.id, 'title'),
    EMPTY_LINE,
    ...factLines(factsOf(worker, context), area.columns),
    EMPTY_LINE,
    line(t('detail.pings'), 'strong'),
    sparkline(worker.recentPings, area.columns),
    EMPTY_LINE,
    line(t('detail.events'), 'strong'),
    ...eventsOf(worker, context),
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
    ['detail.ping', [{ text: pingText(worker, context) }]],
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

function pingText(worker: Worker, { t, format }: ViewContext): string {
  const average = averageLatencyMs(worker);
  return t('detail.ping-values', {
    average: average === null ? '–' : format.latency(average),
    count: worker.answered.length,
    median: worker.medianMs === null ? '–' : format.latency(worker.medianMs),
  });
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

function eventsOf(worker: Worker, context: ViewContext): Line[] {
  const own = context.snapshot.incidents.filter(
    (incident) =>
      ('workerId' in incident && incident.workerId === worker.id) ||
      (incident.type === 'task-changed' && incident.task.attempts.at(-1)?.workerId === worker.id),
  );
  if (own.length === 0) return [line(context.t('detail.no-events'), 'muted')];
  return own
    .slice(-SHOWN_EVENTS)
    .reverse()
    .map((incident) => incidentLine(incident, context));
}
