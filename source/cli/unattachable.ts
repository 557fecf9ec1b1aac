import { UserError } from '#model/errors.ts';
import { plainLine } from '#model/text.ts';

/** Of a master that holds the lock of a folder and listens nowhere. */
export function unattachable(dir: string, cause: unknown): UserError {
  return new UserError(
    'ATTACH_IMPOSSIBLE',
    `a master runs on ${plainLine(dir)}, but nobody can attach to it: it is of a version that is too old, or could not make its socket, as its log says; "elastic-tui stop" ends it`,
    { cause },
  );
}
