import type { CallFailure } from '#model/call-failure.ts';
import type { Clock } from '#model/clock.ts';
import { deadline } from '#worker-client/deadline.ts';
import { failureOf, TIMED_OUT, TOO_LARGE } from '#worker-client/failure.ts';

const MAX_BYTES = 2 ** 20;

/** An answer whatever its status, or why there was none. `latencyMs` is from sending to the last byte. */
export type Heard =
  | {
      readonly status: number;
      /** The header of that name. */
      readonly date: string | undefined;
      readonly body: string;
      readonly latencyMs: number;
    }
  | { readonly failure: CallFailure };

export interface Question {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Covers everything, the connection included. */
  readonly deadlineMs: number;
}

/** One GET with what else the answer tells than its body. Follows no redirect, uses no proxy. Never rejects. */
export async function hear({ url, headers, clock, deadlineMs }: Question): Promise<Heard> {
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  const { promise, resolve } = Promise.withResolvers<Heard>();
  const startedAt = clock.monotonic();
  const asking = request(url, { headers, agent: false }, (answer) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) resolve({ failure: TOO_LARGE });
      else chunks.push(chunk);
    });
    answer.on('end', () => {
      const { date } = answer.headers;
      const latencyMs = clock.monotonic() - startedAt;
      resolve({
        status: answer.statusCode ?? 0,
        date,
        body: Buffer.concat(chunks).toString('utf8'),
        latencyMs,
      });
    });
    answer.on('error', (error) => resolve({ failure: failureOf(error) }));
  });
  asking.on('error', (error) => resolve({ failure: failureOf(error) }));
  const cancel = deadline(clock, deadlineMs, () => resolve({ failure: TIMED_OUT }));
  asking.end();
  const heard = await promise;
  cancel();
  asking.destroy();
  return heard;
}
