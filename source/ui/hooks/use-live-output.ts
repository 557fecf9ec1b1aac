import { useEffect, useState } from 'react';
import type { Clock } from '#model/clock.ts';
import type { LiveOutput } from '#model/commands.ts';
import type { Store } from '#store/store.ts';

/** From one answer to the next question. */
const ASK_MS = 1_000;

/** What a task is known to have printed and how far it is. */
export interface LiveTask extends LiveOutput {
  readonly taskId: string;
}

/** Asks again and again how the task of this id goes; asks nothing while it is null. Null until the first answer. */
export function useLiveOutput(taskId: string | null, store: Store, clock: Clock): LiveTask | null {
  const [live, setLive] = useState<LiveTask | null>(null);
  useEffect(() => {
    if (taskId === null) return;
    let cancel = () => {};
    let ended = false;
    const ask = async () => {
      // A master that cannot answer now can later: what was known stays.
      const output = await store.query({ type: 'task-output', id: taskId }).catch(() => null);
      if (ended) return;
      if (output !== null) setLive({ taskId, ...output });
      cancel = clock.after(ASK_MS, () => void ask());
    };
    void ask();
    return () => {
      ended = true;
      cancel();
    };
  }, [taskId, store, clock]);
  return live?.taskId === taskId ? live : null;
}
