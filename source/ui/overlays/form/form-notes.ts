import { isHealthy } from '#model/health.ts';
import { MAX_PRIORITY, MIN_PRIORITY } from '#model/task.ts';
import { freeSlotsOf, hasLabels, slotsOf, type Worker } from '#model/worker.ts';
import { shortId } from '#ui/frame/incident-text.ts';
import { charactersOf, type Line, line, span } from '#ui/lines/line.ts';
import { STATUS_GLYPHS, STATUS_STYLES } from '#ui/theme/theme.ts';
import { capacityOf } from '#ui/views/tasks/waiting.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { healthCell } from '#ui/views/workers/health-text.ts';
import { AUTOMATIC, announcedBenchmarks, fleetLabels } from './form-choices.ts';
import {
  COPIES,
  type FieldId,
  isTextField,
  MAX_CHARACTERS,
  RETRIES,
  TIMEOUT_SECONDS,
} from './form-fields.ts';
import { labelsIn } from './form-labels.ts';
import { parameterChoices } from './form-parameters.ts';
import type { FormState } from './form-state.ts';
import {
  countIn,
  type FieldProblem,
  type FormContext,
  fieldProblem,
  limitOf,
  parameterIn,
} from './form-task.ts';
import type { Wish } from './form-values.ts';
import { expectedWait } from './form-wait.ts';
import { parameterText } from './form-written.ts';

/** What a person should know of a field: what is wrong with it, or else what its value means. */
export function fieldNote(state: FormState, field: FieldId, context: FormContext): Line {
  const problem = fieldProblem(state, field, context);
  if (problem !== null) return line(problemText(state, { field, problem }, context), 'bad');
  switch (field) {
    case 'benchmark':
      return benchmarkNote(state, context);
    case 'worker':
      return workerNote(state, context);
    case 'priority':
      return line(context.t('form.priority-note', { minimum: MIN_PRIORITY, maximum: MAX_PRIORITY }), 'muted');
    case 'description':
      return descriptionNote(state, context);
    case 'copies':
      return line(context.t('form.copies-note', { range: rangeText(COPIES_WISH, context) }), 'muted');
    case 'labels':
      return labelsNote(state, context);
    case 'timeout':
      return line(timeoutText(context), 'muted');
    case 'retries':
      return line(retriesText(context), 'muted');
    case 'more':
      return line(context.t('form.more-note'), 'muted');
    default: {
      const parameter = parameterIn(field, context);
      return parameter === undefined
        ? []
        : line(`${parameter.name}: ${rangeText(parameter, context)}`, 'muted');
    }
  }
}

interface Wrong {
  readonly field: FieldId;
  readonly problem: FieldProblem;
}

/** What is wrong with a field, in words. */
export function problemText(state: FormState, { field, problem }: Wrong, context: FormContext): string {
  const { t } = context;
  if (problem === 'no-benchmark' || problem === 'worker-gone') return t(`form.error.${problem}`);
  if (problem === 'no-match') return t('form.no-match', { text: state.search });
  if (problem === 'no-common') return t('form.error.no-common');
  const parameter = parameterIn(field, context);
  const text = isTextField(field) ? field : 'copies';
  const written = parameter === undefined ? state.texts[text] : parameterText(state, parameter, context);
  const { format, snapshot } = context;
  const count = format.count(countIn(state, context));
  const limit = format.count(limitOf(snapshot));
  if (problem === 'too-many' && parameter !== undefined) return t('form.error.too-many-values', { limit });
  const range = rangeText(parameter ?? wishOf(text), context);
  return t(`form.error.${problem}`, { text: written.text.trim(), count, limit, range });
}

const COPIES_WISH: Wish = { type: 'integer', choices: null, ...COPIES };
const TIMEOUT_WISH: Wish = { type: 'number', choices: null, ...TIMEOUT_SECONDS };
const RETRIES_WISH: Wish = { type: 'integer', choices: null, ...RETRIES };

function wishOf(field: FieldId): Wish {
  if (field === 'timeout') return TIMEOUT_WISH;
  return field === 'retries' ? RETRIES_WISH : COPIES_WISH;
}

function timeoutText({ snapshot, t, format }: ViewContext): string {
  const ms = snapshot.settings?.taskTimeoutMs ?? null;
  return ms === null ? t('form.optional') : t('form.timeout-note', { duration: format.duration(ms) });
}

function retriesText({ snapshot, t }: ViewContext): string {
  const count = snapshot.settings?.retryAttempts ?? null;
  return count === null ? t('form.optional') : t('form.retries-note', { count });
}

/** Which labels there are, or what no worker that may be meant has. */
function labelsNote({ texts, choices }: FormState, { snapshot, t }: ViewContext): Line {
  const offered = fleetLabels(snapshot);
  const wanted = labelsIn(texts.labels.text);
  const unknown = wanted.filter((label) => !offered.includes(label));
  if (unknown.length > 0) return line(t('form.labels-unknown', { labels: unknown.join(', ') }), 'warning');
  const chosen = snapshot.workers.get(choices.worker);
  if (chosen !== undefined && !hasLabels(chosen, wanted)) {
    return line(t('form.labels-not-on', { worker: chosen.id }), 'warning');
  }
  const some = capacityOf(snapshot).labels.some((own) => wanted.every((label) => own.includes(label)));
  if (wanted.length > 0 && !some) return line(t('form.labels-apart'), 'warning');
  return line(t('form.labels-note', { labels: offered.join(', ') }), 'muted');
}

/** What a value may be. */
function rangeText(wish: Wish, { t, format }: ViewContext): string {
  const choices = parameterChoices(wish);
  if (choices !== null) return choices.join(', ');
  const { type, minimum, maximum } = wish;
  if (type === 'text') return t('form.any-text');
  if (minimum !== null && maximum !== null) {
    return t('form.range', { minimum: shown(minimum, format), maximum: shown(maximum, format) });
  }
  if (minimum !== null) return t('form.or-more', { minimum: shown(minimum, format) });
  if (maximum !== null) return t('form.or-less', { maximum: shown(maximum, format) });
  return t(type === 'integer' ? 'form.any-whole' : 'form.any-number');
}

/** Whole numbers as the language writes them, others as they are to be written. */
function shown(value: number, format: ViewContext['format']): string {
  return Number.isInteger(value) ? format.number(value) : String(value);
}

function descriptionNote({ texts }: FormState, { t }: ViewContext): Line {
  const full = charactersOf(texts.description.text).length >= MAX_CHARACTERS.description;
  return full
    ? line(t('form.full', { maximum: MAX_CHARACTERS.description }), 'warning')
    : line(t('form.optional'), 'muted');
}

function benchmarkNote({ choices }: FormState, { snapshot, t }: ViewContext): Line {
  const { active, counts } = announcedBenchmarks(snapshot);
  const count = counts.get(choices.benchmark) ?? 0;
  if (count === 0) return line(t('form.not-announced'), 'warning');
  return line(t('form.announced', { count, total: active }), 'muted');
}

/** The state of the chosen worker, what runs there, and what speaks against it. */
function workerNote({ choices }: FormState, context: ViewContext): Line {
  const { snapshot, t, format } = context;
  if (choices.worker === AUTOMATIC) return line(t('form.automatic'), 'muted');
  const worker = snapshot.workers.get(choices.worker);
  if (worker === undefined) return [];
  const { benchmark } = choices;
  const announced = worker.statusReport?.benchmarks ?? null;
  const has = announced === null || announced.includes(benchmark);
  const mean = worker.performance[benchmark]?.meanSeconds;
  const parts: (Line | null)[] = [
    [span(`${STATUS_GLYPHS[worker.status]} ${t(`status.${worker.status}`)}`, STATUS_STYLES[worker.status])],
    isHealthy(worker) ? null : [healthCell(worker, context)],
    has ? null : line(t('form.lacks-benchmark', { benchmark }), 'warning'),
    isHealthy(worker) && has ? line(waitText(worker, choices, context)) : null,
    isHealthy(worker) ? line(occupation(worker, context), 'muted') : null,
    mean === undefined ? null : line(t('form.mean', { duration: format.seconds(mean) }), 'muted'),
  ];
  return parts
    .filter((part) => part !== null)
    .flatMap((part, index) => (index === 0 ? part : [span('  '), ...part]));
}

function waitText(worker: Worker, { priority }: FormState['choices'], context: ViewContext): string {
  const { snapshot, now, t, format } = context;
  const wait = expectedWait(worker, Number(priority), snapshot, now);
  if (wait.code === 'free' || wait.code === 'unknown') return t(`form.wait.${wait.code}`);
  if (wait.code === 'about' && wait.ms === 0) return t('form.wait.soon');
  // Rounded up: half a second is not none.
  const duration = format.duration(Math.ceil(wait.ms / 1_000) * 1_000);
  return t(`form.wait.${wait.code}`, { duration });
}

function occupation(worker: Worker, { t }: ViewContext): string {
  const slots = slotsOf(worker);
  const used = slots - freeSlotsOf(worker);
  const running = worker.inFlight.map(shortId).join(' ');
  const taken = t('form.slots', { used, slots });
  return running === '' ? taken : `${taken}  ${t('form.runs', { tasks: running })}`;
}
