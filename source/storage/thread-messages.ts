import { UserError } from '#model/errors.ts';

/** A question or an order to a thread; its `kind` tells what it is answered with. */
export interface Ask {
  readonly kind: string;
}

/** The last thing that a thread is asked; what came before it is done first. */
export interface Close {
  readonly kind: 'close';
}

/** Everything asked since the last batch was answered: its writes share one commit. */
export type Batch<A extends Ask> = readonly (A | Close)[];

export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: SentError };

/** From the thread. `answers` are in the order of the batch. */
export type FromThread =
  | { readonly type: 'opened' }
  | { readonly type: 'not-opened'; readonly error: SentError }
  | { readonly type: 'answered'; readonly answers: readonly Answer[] };

/** An error as it crosses from one thread to another; `code` is a UserError's, or null. */
export interface SentError {
  readonly code: string | null;
  readonly message: string;
}

/** The error again, on the other side. */
export function fromSent({ code, message }: SentError): Error {
  return code === null ? new Error(message) : new UserError(code, message);
}
