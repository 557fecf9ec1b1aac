import type { CallFailure } from '#model/call-failure.ts';
import {
  type HealthReason,
  type HealthWarning,
  isDraining,
  type SetAside,
  type Worker,
} from '#model/worker.ts';
import { type Span, span } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';

type Texts = Pick<ViewContext, 't' | 'format'>;

/** Health in one cell: the verdict, or what matters more than it. Unknown is never green. */
export function healthCell(
  worker: Worker,
  { t, format, now }: Pick<ViewContext, 't' | 'format' | 'now'>,
): Span {
  if (worker.status === 'inactive') {
    const ago = format.duration(now - worker.since);
    return worker.discovered
      ? span(t('health.lost', { duration: ago }), 'bad')
      : span(t('health.never'), 'bad');
  }
  if (worker.status === 'unknown') return unknownCell(worker, { t, format, now });
  const { health } = worker;
  if (health.state === 'unknown') return span(t('health.checking'), 'muted');
  if (health.reasons.some(({ code }) => code === 'no-python')) return span(t('health.no-python'), 'bad');
  if (health.state === 'unhealthy') return span(t('health.unhealthy'), 'bad');
  if (worker.leaving) return span(t('health.leaving'), 'warning');
  if (isDraining(worker)) return span(t('health.draining'), 'warning');
  if (worker.aside !== null) return span(t('health.aside'), 'bad');
  const warning = health.warnings.find(({ code }) => code === 'slow') ?? health.warnings[0];
  if (warning !== undefined) {
    const label = t(`health.${warning.code}`);
    return warning.code === 'slow'
      ? span(label, 'warning')
      : span(`${t('health.healthy')}, ${label}`, 'warning');
  }
  return span(t('health.healthy'), 'good');
}

/** Not asked yet, or not any more. */
function unknownCell(
  { health, since }: Worker,
  { t, format, now }: Pick<ViewContext, 't' | 'format' | 'now'>,
): Span {
  if (!health.reasons.some(({ code }) => code === 'ping-overdue'))
    return span(t('health.first-ping'), 'muted');
  return span(t('health.overdue', { duration: format.duration(now - since) }), 'warning');
}

/** A failure in the reader's language; `detail` stays as the worker or the system worded it. */
export function failureText({ reason, detail }: CallFailure, { t }: Pick<ViewContext, 't'>): string {
  const text = t(`failure.${reason}`);
  if (detail === '') return text;
  return reason === 'http-status' ? `${text} ${detail}` : `${text}: ${detail}`;
}

export function reasonText(reason: HealthReason, texts: Texts): string {
  const { t, format } = texts;
  switch (reason.code) {
    case 'not-active':
      return t('reason.not-active', { status: t(`status.${reason.status}`) });
    case 'ping-overdue':
      return t('reason.ping-overdue', { duration: format.duration(reason.ageMs) });
    case 'status-failed':
      return t('reason.status-failed', { failure: failureText(reason.failure, texts) });
    case 'no-python':
      return t('reason.no-python');
    case 'not-authorized':
      return t('reason.not-authorized', { status: reason.httpStatus });
  }
}

/** Why and for how long a worker is set aside. */
export function asideText({ until, failed, completed, error }: SetAside, { t, format }: Texts): string {
  return t('reason.aside', {
    time: format.time(until),
    failed,
    completed,
    error: error === '' ? '–' : error,
  });
}

export function warningText(warning: HealthWarning, { t, format }: Texts): string {
  switch (warning.code) {
    case 'no-docker':
      return t('warning.no-docker');
    case 'slow':
      return t('warning.slow', {
        recent: format.latency(warning.recentMs),
        median: format.latency(warning.medianMs),
      });
    case 'other-id':
      return t('warning.other-id', { id: warning.reported });
  }
}
