import type { AttachedStore } from '#attach/attached-store.ts';
import { type Batch, batchProgress, batchSize } from '#model/batch.ts';
import type { Clock } from '#model/clock.ts';
import { codeOf } from '#model/errors.ts';
import { isFinal, type Task } from '#model/task.ts';
import { AWAY, MASTER_BACK_MS, type Output } from './call.ts';
import type { Named } from './ids.ts';
import { durationText } from './print.ts';

/** Short at first, for tasks of some milliseconds; then as often as a person looks. */
const FIRST_LOOK_MS = 30;
const LOOK_MS = 500;
const BAR_CELLS = 30;
/** Back to the first cell, and away with what stands in the line (ECMA-48, EL). */
const SAME_LINE = '\r\u001b[K';

/**
 * Why a wait is over. `lost`: the master has stayed away; what was sent goes on once one runs again. `gone`: the master
 * knows nothing of it any more, as after its retention, or in a folder whose task database somebody has taken away.
 */
export type HowItWent = 'ended' | 'ran-out' | 'interrupted' | 'lost' | 'gone';

/** What has become of what was waited for. */
export interface Waited {
  readonly how: HowItWent;
  /** As it was last seen; null where it is the other, or never was. */
  readonly task: Task | null;
  readonly batch: Batch | null;
}

export interface WaitOptions {
  readonly store: Pick<AttachedStore, 'query'>;
  readonly clock: Clock;
  /** Null: for ever. */
  readonly timeoutMs: number | null;
  readonly ended: AbortSignal;
  /** Where a bar is drawn while a batch runs; nothing is where it is no terminal. */
  readonly progress: Output;
}

/**
 * Waits until a task, or all of a batch, has ended. It is asked for, not listened for: that survives a master that is
 * started again, and needs nothing but its answers.
 */
export async function waitFor(named: Named, options: WaitOptions): Promise<Waited> {
  const { clock, timeoutMs, ended, progress } = options;
  const startedAt = clock.monotonic();
  const bar = progressBar(progress);
  let lastHeard = startedAt;
  let seen: Omit<Waited, 'how'> = { task: null, batch: null };
  let pause = FIRST_LOOK_MS;
  try {
    for (;;) {
      try {
        const found = await look(named, options.store);
        if (found.task === null && found.batch === null) return { how: 'gone', ...seen };
        seen = found;
        lastHeard = clock.monotonic();
      } catch (error) {
        if (!AWAY.has(codeOf(error) ?? '')) throw error;
        if (clock.monotonic() - lastHeard > MASTER_BACK_MS) return { how: 'lost', ...seen };
      }
      if (seen.batch !== null) await bar.draw(seen.batch, clock.now());
      if (hasEnded(seen)) return { how: 'ended', ...seen };
      if (ended.aborted) return { how: 'interrupted', ...seen };
      const left = timeoutMs === null ? LOOK_MS : startedAt + timeoutMs - clock.monotonic();
      if (left <= 0) return { how: 'ran-out', ...seen };
      await sleep(clock, Math.min(pause, left), ended);
      pause = Math.min(LOOK_MS, pause * 1.5);
    }
  } finally {
    await bar.clear();
  }
}

/** Whether a task failed or was cancelled, one of a batch included. */
export function isFailure({ task, batch }: Pick<Waited, 'task' | 'batch'>): boolean {
  if (batch !== null) return batch.counts.failed + batch.counts.cancelled > 0;
  return task !== null && task.state !== 'completed';
}

async function look({ kind, id }: Named, store: WaitOptions['store']): Promise<Omit<Waited, 'how'>> {
  return kind === 'task'
    ? { task: await store.query({ type: 'task', id }), batch: null }
    : { task: null, batch: await store.query({ type: 'batch', id }) };
}

function hasEnded({ task, batch }: Omit<Waited, 'how'>): boolean {
  if (task !== null) return isFinal(task.state);
  if (batch === null) return false;
  const { pending, assigned, running } = batch.counts;
  return pending + assigned + running === 0 && batchSize(batch.counts) > 0;
}

/** Resolves after that time, or at once when the command is to end. */
function sleep(clock: Clock, ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ended.aborted) return resolve();
    const done = () => {
      cancel();
      ended.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    ended.addEventListener('abort', done);
  });
}

function progressBar(output: Output) {
  let last = '';
  const marks: { readonly at: number; readonly ended: number }[] = [];
  return {
    async draw(batch: Batch, now: number): Promise<void> {
      if (!output.isTTY) return;
      const line = barLine(withOwnMarks(batch, marks, now), now, output.columns);
      if (line === last) return;
      last = line;
      await output.write(`${SAME_LINE}${line}`);
    },
    async clear(): Promise<void> {
      if (last !== '') await output.write(SAME_LINE);
      last = '';
    },
  };
}

/** What is read from the database carries no speed: it is measured here. */
function withOwnMarks(
  batch: Batch,
  marks: { readonly at: number; readonly ended: number }[],
  now: number,
): Batch {
  const { ended } = batchProgress(batch, now);
  if (marks.at(-1)?.ended !== ended) marks.push({ at: now, ended });
  return { ...batch, marks };
}

/** `[#####-----] 12 of 30, 1 failed, 2 min left`, in less than the width, so that no terminal begins a second line. */
export function barLine(batch: Batch, now: number, width: number): string {
  const { total, ended, share, endsAt } = batchProgress(batch, now);
  const { failed, cancelled } = batch.counts;
  const cells = Math.max(0, Math.min(BAR_CELLS, width - 40));
  const filled = Math.floor(share * cells);
  const bar = cells < 5 ? '' : `[${'#'.repeat(filled)}${'-'.repeat(cells - filled)}] `;
  const parts = [
    `${ended} of ${total}`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(cancelled === 0 ? [] : [`${cancelled} cancelled`]),
    ...(endsAt === null ? [] : [`${durationText(endsAt - now)} left`]),
  ];
  return `${bar}${parts.join(', ')}`.slice(0, Math.max(0, width - 1));
}
