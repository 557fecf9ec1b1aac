import type { ReadableOutput } from '#worker-service/execution/task-output.ts';
import type { LiveTask } from './live-task.ts';
import type { TaskRecord } from './task.ts';
import type { TaskView } from './task-runner-role.ts';

/** What is shown of each stream beside the rest of a task. */
const TAIL_BYTES = 4_096;

/** A task that waits or runs. */
export function liveView(live: LiveTask, record: TaskRecord): TaskView {
  const { output, reader } = live;
  const fraction = reader?.progress() ?? null;
  return {
    record,
    progress: fraction === null ? null : { fraction },
    stdoutTail: lastOf(output?.tail('stdout') ?? ''),
    stderrTail: lastOf(output?.tail('stderr') ?? ''),
    output: outputOf(live),
    ended: live.ended,
  };
}

/** What it prints, to be read from before it starts: whoever reads then waits for the program. */
function outputOf(live: LiveTask): ReadableOutput {
  return {
    size: () => live.output?.size() ?? 0,
    async *read(offset, signal) {
      const output = await Promise.race([live.begun, aborted(signal)]);
      if (output !== null) yield* output.read(offset, signal);
    },
  };
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

/** A task that has ended; `output` is undefined where it is not kept. */
export async function endedView(record: TaskRecord, output: ReadableOutput | undefined): Promise<TaskView> {
  const tails = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  if (output !== undefined) {
    const from = Math.max(0, output.size() - 4 * TAIL_BYTES);
    for await (const piece of output.read(from, new AbortController().signal)) {
      if ('skipped' in piece) continue;
      tails[piece.stream] = Buffer.concat([tails[piece.stream], piece.bytes]).subarray(-2 * TAIL_BYTES);
    }
  }
  return {
    record,
    progress: null,
    stdoutTail: lastOf(tails.stdout.toString('utf8')),
    stderrTail: lastOf(tails.stderr.toString('utf8')),
    output: output ?? null,
    ended: Promise.resolve(record.end),
  };
}

/** Whole characters; a cut one at the beginning shows as nothing. */
function lastOf(text: string): string {
  return text.slice(-TAIL_BYTES).replace(/^[\uFFFD\uDC00-\uDFFF]+/, '');
}
