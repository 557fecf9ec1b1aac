import {
  type AttemptOutcome,
  isFinal,
  otherResults,
  startedAt,
  type Task,
  type TaskResult,
  type TaskState,
} from '#model/task.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import { type Span, span, widthOf } from '#ui/lines/line.ts';
import type { Style } from '#ui/theme/theme.ts';
import type { ViewContext } from '#ui/views/view.ts';

/** A state or an outcome, by sign and by colour, so that either alone is enough. */
interface Sign {
  readonly glyph: string;
  readonly style: Style | undefined;
}

export const TASK_SIGNS: Readonly<Record<TaskState, Sign>> = {
  pending: { glyph: '◦', style: undefined },
  assigned: { glyph: '◔', style: 'info' },
  running: { glyph: '◑', style: 'info' },
  completed: { glyph: '✓', style: 'good' },
  failed: { glyph: '✗', style: 'bad' },
  cancelled: { glyph: '⊘', style: 'muted' },
};

const OUTCOME_SIGNS: Readonly<Record<AttemptOutcome | 'running', Sign>> = {
  running: TASK_SIGNS.running,
  completed: TASK_SIGNS.completed,
  failed: TASK_SIGNS.failed,
  timeout: TASK_SIGNS.failed,
  // None of these costs the task an attempt: the worker was at fault, not the task.
  'not-sent': { glyph: '○', style: 'warning' },
  died: { glyph: '○', style: 'warning' },
  lost: { glyph: '○', style: 'warning' },
  cancelled: TASK_SIGNS.cancelled,
  duplicate: { glyph: '○', style: 'muted' },
};

export function stateCell({ state }: Task, { t }: Pick<ViewContext, 't'>): Span {
  const { glyph, style } = TASK_SIGNS[state];
  return span(`${glyph} ${t(`task-state.${state}`)}`, style);
}

export function outcomeCell(outcome: AttemptOutcome | null, { t }: Pick<ViewContext, 't'>): Span {
  const { glyph, style } = OUTCOME_SIGNS[outcome ?? 'running'];
  return span(`${glyph} ${t(`outcome.${outcome ?? 'running'}`)}`, style);
}

const PARTICLE_PARAMETERS = ['NUM_PARTICULAS', 'NUM_PASOS', 'SEMILLA'];

/** Whether a task counts collisions, as far as its parameters tell: what another benchmark finds are none. */
export function countsCollisions({ parameters }: Pick<Task, 'parameters'>): boolean {
  const names = Object.keys(parameters);
  return names.length === 0 || names.some((name) => PARTICLE_PARAMETERS.includes(name));
}

/**
 * The parameters in one cell: the particle benchmark's three as `100×500 seed 42`, or `100×500 #42` where the column
 * is narrow or the numbers are long; any other under its own name.
 */
export function parametersText(
  { parameters }: Pick<Task, 'parameters'>,
  t: Translate,
  width: number,
): string {
  const { NUM_PARTICULAS: particles, NUM_PASOS: steps, SEMILLA: seed } = parameters;
  const isParticles = particles !== undefined && steps !== undefined;
  const others = Object.entries(parameters)
    .filter(([name]) => !isParticles || !PARTICLE_PARAMETERS.includes(name))
    .map(([name, value]) => `${name}=${value}`);
  if (!isParticles) return others.join(' ');
  // Whoever sent it may have left the seed to its worker.
  if (seed === undefined) return [`${particles}×${steps}`, ...others].join(' ');
  const values = { particles: String(particles), steps: String(steps), seed: String(seed) };
  const usual = t('tasks.parameters', { particles: '1000', steps: '1000', seed: '1000' });
  const long = [t('tasks.parameters', values), ...others].join(' ');
  const short = [t('tasks.parameters-short', values), ...others].join(' ');
  return fits(usual, width) && fits(long, width) ? long : short;
}

/** How long the run took: by the worker's own measure, else from sending to the answer. 0 for what never ran. */
export function runMilliseconds(task: Task): number {
  const seconds = task.result?.executionSeconds ?? null;
  if (seconds !== null) return seconds * 1_000;
  const end = task.attempts.at(-1)?.endedAt ?? null;
  const start = startedAt(task);
  return end === null || start === null ? 0 : Math.max(0, end - start);
}

/** How long it has waited, has been running, or ran. */
export function timeCell(
  task: Task,
  { format, now }: Pick<ViewContext, 'format' | 'now'>,
  width: number,
): Span {
  // What is too long in words fits as a running clock.
  const fitting = (text: string, ms: number) => (widthOf(text) <= width ? text : format.uptime(ms));
  if (isFinal(task.state)) {
    const ms = runMilliseconds(task);
    return ms === 0 ? span('–', 'muted') : span(fitting(format.seconds(ms / 1_000), ms));
  }
  const pending = task.state === 'pending';
  const ms = now - (pending ? task.createdAt : (startedAt(task) ?? task.updatedAt));
  return span(fitting(format.duration(ms), ms), pending ? 'muted' : 'info');
}

/** `171 particle · 112 wall`, or `171 · 112` where the column is narrow or the numbers are long; null where neither is known. */
export function countsText(
  { particleCollisions, wallCollisions }: Pick<TaskResult, 'particleCollisions' | 'wallCollisions'>,
  { t, format }: Pick<ViewContext, 't' | 'format'>,
  width = Number.POSITIVE_INFINITY,
): string | null {
  if (particleCollisions === null && wallCollisions === null) return null;
  const values = {
    particle: particleCollisions === null ? '–' : format.count(particleCollisions),
    wall: wallCollisions === null ? '–' : format.count(wallCollisions),
  };
  const usual = t('tasks.counts', { particle: '100', wall: '100' });
  const long = t('tasks.counts', values);
  return fits(usual, width) && fits(long, width) ? long : t('tasks.counts-short', values);
}

/** What a declared benchmark gave, as `found 12` each. */
export function resultTexts(result: TaskResult): readonly string[] {
  return otherResults(result).map(([name, value]) => `${name} ${value}`);
}

/** Rows of one column must look alike: a column is wide enough for what is usual, or for no row. */
function fits(text: string, width: number): boolean {
  return widthOf(text) <= width;
}

/** Text of several lines as one, for a cell. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
