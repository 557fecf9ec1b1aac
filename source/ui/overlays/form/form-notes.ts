import { isHealthy } from '#model/health.ts';
import { MAX_PRIORITY, MIN_PRIORITY } from '#model/task.ts';
import { freeSlotsOf, slotsOf, type Worker } from '#model/worker.ts';
import { shortId } from '#ui/frame/incident-text.ts';
import { charactersOf, type Line, line, span } from '#ui/lines/line.ts';
import { STATUS_GLYPHS, STATUS_STYLES } from '#ui/theme/theme.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { healthCell } from '#ui/views/workers/health-text.ts';
import { AUTOMATIC, announcedBenchmarks } from './form-choices.ts';
import {
  type FieldId,
  isNumberField,
  MAX_CHARACTERS,
  NUMBER_FIELDS,
  type NumberFieldId,
} from './form-fields.ts';
import type { FormState } from './form-state.ts';
import { countIn, type FieldProblem, fieldProblem, limitOf } from './form-task.ts';

/** What a person should know of a field: what is wrong with it, or else what its value means. */
export function fieldNote(state: FormState, field: FieldId, context: ViewContext): Line {
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
    default:
      return line(numberNote(field, context), 'muted');
  }
}

interface Wrong {
  readonly field: FieldId;
  readonly problem: FieldProblem;
}

/** What is wrong with a field, in words. */
export function problemText(state: FormState, { field, problem }: Wrong, context: ViewContext): string {
  const { t } = context;
  if (problem === 'no-benchmark' || problem === 'worker-gone') return t(`form.error.${problem}`);
  if (problem === 'no-match') return t('form.no-match', { text: state.search });
  if (!isNumberField(field)) return '';
  const text = state.texts[field].text.trim();
  const { format, snapshot } = context;
  const count = format.count(countIn(state, snapshot));
  const limit = format.count(limitOf(snapshot));
  return t(`form.error.${problem}`, { text, count, limit, range: rangeText(field, context) });
}

function rangeText(field: NumberFieldId, { t, format }: ViewContext): string {
  const { minimum, maximum } = NUMBER_FIELDS[field];
  const values = { minimum, maximum: maximum === null ? '' : format.number(maximum) };
  return t(maximum === null ? 'form.or-more' : 'form.range', values);
}

function numberNote(field: NumberFieldId, context: ViewContext): string {
  const range = rangeText(field, context);
  if (field === 'copies') return context.t('form.copies-note', { range });
  return `${NUMBER_FIELDS[field].parameter}: ${range}`;
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
  const mean = worker.performance[benchmark]?.meanSeconds;
  const parts: (Line | null)[] = [
    [span(`${STATUS_GLYPHS[worker.status]} ${t(`status.${worker.status}`)}`, STATUS_STYLES[worker.status])],
    isHealthy(worker) ? null : [healthCell(worker, context)],
    announced === null || announced.includes(benchmark)
      ? null
      : line(t('form.lacks-benchmark', { benchmark }), 'warning'),
    isHealthy(worker) ? line(occupation(worker, context), 'muted') : null,
    mean === undefined ? null : line(t('form.mean', { duration: format.seconds(mean) }), 'muted'),
  ];
  return parts
    .filter((part) => part !== null)
    .flatMap((part, index) => (index === 0 ? part : [span('  '), ...part]));
}

function occupation(worker: Worker, { t }: ViewContext): string {
  const slots = slotsOf(worker);
  const used = slots - freeSlotsOf(worker);
  const running = worker.inFlight.map(shortId).join(' ');
  const taken = t('form.slots', { used, slots });
  return running === '' ? taken : `${taken}  ${t('form.runs', { tasks: running })}`;
}
