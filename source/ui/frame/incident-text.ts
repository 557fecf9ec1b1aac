import type { Incident } from '#model/snapshot.ts';
import { lastError, lastWorker, type Task } from '#model/task.ts';
import { plainLine } from '#model/text.ts';
import { type Line, span } from '#ui/lines/line.ts';
import { STATUS_STYLES, type Style } from '#ui/theme/theme.ts';
import { maskSecrets } from '#ui/views/configuration/secrets.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { failureText } from '#ui/views/workers/health-text.ts';

type Texts = Pick<ViewContext, 't' | 'format'>;

/** An id as lists show it: its first 8 characters. */
export function shortId(id: string): string {
  return id.length <= 8 ? id : id.slice(0, 8);
}

/** Of a task of a sweep, all of which begin with the id of their batch: what follows that. Else null. */
export function placeInBatch({ id, batch }: Pick<Task, 'id' | 'batch'>): string | null {
  return batch !== null && id.startsWith(`${batch}-`) ? id.slice(batch.length) : null;
}

/** The id of a task where nothing beside it tells its batch. */
export function shortTaskId(task: Pick<Task, 'id' | 'batch'>): string {
  const place = placeInBatch(task);
  if (place === null || task.batch === null) return shortId(task.id);
  const batch = shortId(task.batch);
  return batch === task.batch ? task.id : `${batch}…${place}`;
}

/** One incident with its time, in the reader's language. */
export function incidentLine(incident: Incident, texts: Texts): Line {
  const [text, style] = describe(incident, texts);
  return [span(`${texts.format.time(incident.at)}  `, 'muted'), span(text, style)];
}

function describe(incident: Incident, texts: Texts): readonly [string, Style | undefined] {
  const { t } = texts;
  switch (incident.type) {
    case 'worker-status-changed':
      return [statusText(incident, texts), STATUS_STYLES[incident.to]];
    case 'task-changed':
      return taskText(incident, texts);
    case 'batch-submitted': {
      const { batch, tasks } = incident;
      return [t('incident.batch', { batch: shortId(batch.id), tasks: texts.format.count(tasks) }), undefined];
    }
    case 'worker-drained':
      return [
        t(incident.drained ? 'incident.drained' : 'incident.undrained', { worker: incident.workerId }),
        undefined,
      ];
    case 'worker-refused':
      return [t('incident.refused', { worker: incident.workerId, status: incident.httpStatus }), 'bad'];
    case 'worker-set-aside': {
      const { workerId: worker, aside } = incident;
      return [t('incident.aside', { worker, failed: aside.failed, error: t.say(aside.error) || '–' }), 'bad'];
    }
    case 'worker-taken-back':
      return [t('incident.taken-back', { worker: incident.workerId }), undefined];
    case 'workers-leaving':
      return [t('incident.leaving', { workers: listOf(incident.workerIds) }), undefined];
    case 'workers-removed':
      return [t('incident.removed', { workers: listOf(incident.workers.map(({ id }) => id)) }), undefined];
    case 'settings-changed':
      return [settingsText(incident, texts), undefined];
    case 'noticed':
      return [t.say(incident.message), incident.level === 'error' ? 'bad' : 'warning'];
    case 'problem-raised':
      return [
        t('incident.problem', { problem: t(`problem.${incident.id}`), message: t.say(incident.message) }),
        'bad',
      ];
    case 'problem-cleared':
      return [t('incident.problem-over', { problem: t(`problem.${incident.id}`) }), 'good'];
  }
}

function statusText(incident: Extract<Incident, { type: 'worker-status-changed' }>, texts: Texts): string {
  const { t } = texts;
  const { workerId: worker, milestone, failure, failures, maxFailures: max } = incident;
  const reason = failure === null ? '' : failureText(failure, texts);
  if (milestone === 'lost') return t('incident.lost', { worker, failure: reason });
  if (milestone === 'recovered') return t('incident.recovered', { worker });
  if (milestone === 'discovered') return t('incident.discovered', { worker });
  const status = t(`status.${incident.to}`);
  return failure === null
    ? t('incident.status', { worker, status })
    : t('incident.status-failure', { worker, status, failure: reason, failures, max });
}

const LISTED = 3;

/** The first names, and how many more there are of `count`. */
function listOf(names: readonly string[], count = names.length): string {
  const more = count - LISTED;
  return names.slice(0, LISTED).join(', ') + (more > 0 ? ` +${more}` : '');
}

/** What became of each value, in one line. */
function settingsText(
  { changes }: Extract<Incident, { type: 'settings-changed' }>,
  { t }: Pick<Texts, 't'>,
): string {
  if (changes.length === 0) return t('incident.settings-same');
  const shown = changes.slice(0, LISTED).map(({ key, from, to, applies }) => {
    const when = applies === undefined ? '' : ` (${t(`setting.${applies}`)})`;
    return plainLine(
      `${key} ${t.say(maskSecrets(key, from)) || '–'} → ${t.say(maskSecrets(key, to)) || '–'}${when}`,
    );
  });
  return t('incident.settings', { changes: listOf(shown, changes.length) });
}

function taskText(
  { change, task, attempt }: Extract<Incident, { type: 'task-changed' }>,
  { t, format }: Texts,
): readonly [string, Style | undefined] {
  const id = shortTaskId(task);
  const about = task.attempts.find(({ number }) => number === attempt);
  const worker = about?.workerId ?? lastWorker(task) ?? '–';
  const error = t.say(lastError(task) ?? '–');
  switch (change) {
    case 'completed': {
      const seconds = task.result?.executionSeconds ?? null;
      const duration = seconds === null ? '–' : format.seconds(seconds);
      return [t('incident.completed', { task: id, worker, duration }), 'good'];
    }
    case 'failed':
      return [t('incident.failed', { task: id, error }), 'bad'];
    case 'requeued':
      return [t('incident.requeued', { task: id, error }), 'warning'];
    case 'uncertain':
      return [t('incident.uncertain', { task: id, worker }), 'warning'];
    case 'cancelling':
      return [t('incident.cancelling', { task: id, worker }), undefined];
    case 'cancelled':
      return [t('incident.cancelled', { task: id }), undefined];
    case 'retried':
      return [t('incident.retried', { task: id }), undefined];
    case 'duplicate':
      return [t('incident.duplicate', { task: id, worker }), 'warning'];
    default:
      return [t('incident.submitted', { task: id }), undefined];
  }
}
