/**
 * An error that belongs to the user: what is wrong, where, and what to do. It is shown without a stack.
 * Everything else that is thrown is a defect of ours and is shown with one.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Stable and machine-readable, for example `CONFIGURATION_INVALID`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The message of anything that was thrown, for a log line or a screen. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` that Node and our own errors carry, or undefined. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
