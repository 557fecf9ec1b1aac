import { useEffect, useState } from 'react';
import type { Clock } from '#model/clock.ts';
import type { LiveOutput } from '#model/commands.ts';
import type { Store } from '#store/store.ts';
import type { Watched } from '#ui/views/view.ts';

/** From one answer to the next question. */
const ASK_MS = 1_000;
/** Of what has ended nothing is lost by waiting until it is known that somebody stays to read: the marker may only pass. */
const PASSING_MS = 250;

/** What a task is known to have printed and how far it is. */
export interface LiveTask extends LiveOutput {
  readonly taskId: string;
}

/**
 * Asks again and again how a task goes, and once what one that has ended printed; asks nothing while there is none. Null
 * until the first answer.
 */
export function useLiveOutput(watched: Watched | null, store: Store, clock: Clock): LiveTask | null {
  const [live, setLive] = useState<LiveTask | null>(null);
  const taskId = watched?.taskId ?? null;
  const isOver = watched?.isOver ?? false;
  useEffect(() => {
    if (taskId === null) return;
    let cancel = () => {};
    let ended = false;
    const ask = async () => {
      // A master that cannot answer now can later: what was known stays.
      const output = await store.query({ type: 'task-output', id: taskId }).catch(() => null);
      if (ended) return;
      if (output !== null)
        setLive((known) => (isOver ? kept({ taskId, ...output }, known) : { taskId, ...output }));
      if (!isOver) cancel = clock.after(ASK_MS, () => void ask());
    };
    if (isOver) cancel = clock.after(PASSING_MS, () => void ask());
    else void ask();
    return () => {
      ended = true;
      cancel();
    };
  }, [taskId, isOver, store, clock]);
  return live?.taskId === taskId ? live : null;
}

/** What is known of a task that has ended: where its worker has gone meanwhile, what it had told before. */
function kept(now: LiveTask, before: LiveTask | null): LiveTask {
  const isSilent = now.stdout === '' && now.stderr === '';
  if (!isSilent || before?.taskId !== now.taskId) return now;
  return { ...now, stdout: before.stdout, stderr: before.stderr };
}
