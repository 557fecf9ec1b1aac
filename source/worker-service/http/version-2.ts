import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Catalogue } from '#worker-service/catalogue/benchmark.ts';
import type { OutputPiece } from '#worker-service/execution/task-output.ts';
import type { TaskRunner, TaskView } from '#worker-service/tasks/task-runner-role.ts';
import { announcement } from './announcement.ts';

export interface Version2Options {
  readonly workerId: string;
  readonly catalogue: Catalogue;
  readonly runner: Pick<TaskRunner, 'list' | 'find' | 'cancel'>;
}

interface TaskPath {
  readonly Params: { readonly id: string };
}

const TASK_ID = /^[A-Za-z0-9._-]{1,128}$/;
const OFFSET = /^\d{1,15}$/;

/** An error under /v2/ (rule 5 of the protocol). `code` is stable. */
export function errorBody(code: string, message: string): object {
  return { status: 'error', error: { code, message } };
}

/** The routes under /v2/. Ids that could not be ours are refused before anything looks for them. */
export function addVersion2(app: FastifyInstance, { workerId, catalogue, runner }: Version2Options): void {
  app.get('/v2/catalogue', () => ({ worker_id: workerId, benchmarks: announcement(catalogue) }));
  app.get('/v2/tasks', () => ({ worker_id: workerId, tasks: runner.list().map(taskBody) }));

  app.get<TaskPath>('/v2/tasks/:id', async (request, reply) => {
    const view = await found(request.params.id, reply, runner.find);
    return view === null ? reply : taskBody(view);
  });

  app.delete<TaskPath>('/v2/tasks/:id', async (request, reply) => {
    const view = await found(request.params.id, reply, runner.cancel);
    return view === null ? reply : taskBody(view);
  });

  app.get<TaskPath>('/v2/tasks/:id/output', async (request, reply) => {
    const { searchParams } = new URL(request.url, 'http://worker');
    const offset = searchParams.get('offset') ?? '0';
    if (!OFFSET.test(offset)) {
      const message = 'offset must be a whole number of bytes';
      return reply.code(400).send(errorBody('OFFSET_INVALID', message));
    }
    const { id } = request.params;
    const view = await found(id, reply, runner.find);
    if (view === null) return reply;
    if (view.output === null) {
      const message = `no output of ${id} is kept (any more)`;
      return reply.code(404).send(errorBody('OUTPUT_UNKNOWN', message));
    }
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const pieces = view.output.read(Number(offset), gone.signal);
    const state = async () => (await view.ended)?.state ?? view.record.state;
    return reply.type('application/x-ndjson').send(Readable.from(lines(pieces, state)));
  });
}

/** The task of an id, or null once the reply has been sent. */
async function found(
  id: string,
  reply: FastifyReply,
  look: (id: string) => Promise<TaskView | undefined>,
): Promise<TaskView | null> {
  if (!TASK_ID.test(id)) {
    reply.code(400).send(errorBody('TASK_ID_INVALID', 'a task id is 1 to 128 of A-Z a-z 0-9 . _ -'));
    return null;
  }
  const view = await look(id);
  if (view === undefined)
    reply.code(404).send(errorBody('TASK_UNKNOWN', `no task ${id} was ever accepted here`));
  return view ?? null;
}

function taskBody({ record, progress, stdoutTail, stderrTail, output }: TaskView): object {
  const { taskId, benchmark, params, state, acceptedAt, startedAt, endedAt, starts, end } = record;
  return {
    task_id: taskId ?? 'unknown',
    benchmark,
    params,
    state,
    progress: progress?.fraction ?? null,
    starts,
    accepted_at_ms: acceptedAt,
    started_at_ms: startedAt,
    ended_at_ms: endedAt,
    execution_time: end?.seconds ?? null,
    return_code: end?.returnCode ?? null,
    error: end?.error ?? null,
    results: end?.results ?? {},
    answer: end?.answer ?? null,
    stdout_tail: stdoutTail,
    stderr_tail: stderrTail,
    output_bytes: output?.size() ?? null,
  };
}

/**
 * One JSON object a line: a piece of one stream with its `offset` and `next`, the offset to resume from; bytes that are no
 * whole UTF-8 characters come as `base64` instead of `text`. The last line says how the task stands.
 */
async function* lines(
  pieces: AsyncIterable<OutputPiece>,
  state: () => Promise<string>,
): AsyncGenerator<string> {
  const line = (value: object) => `${JSON.stringify(value)}\n`;
  for await (const piece of pieces) {
    const { offset } = piece;
    if ('skipped' in piece) yield line({ offset, next: offset + piece.skipped, skipped: piece.skipped });
    else
      yield line({
        offset,
        next: offset + piece.bytes.length,
        stream: piece.stream,
        ...content(piece.bytes),
      });
  }
  yield line({ end: true, state: await state() });
}

function content(bytes: Uint8Array): { readonly text: string } | { readonly base64: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}
