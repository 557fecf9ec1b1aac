import { readFile, stat } from 'node:fs/promises';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { WorkerConfig } from '#model/worker.ts';

/** A token is a line, not a disk image named by mistake. */
const MAX_BYTES = 4_096;
/** What a header may carry. */
const TOKEN = /^[\x21-\x7e]+$/;

interface Cached {
  /** Changes whenever the file does. */
  readonly version: string;
  readonly header: string;
}

/** Gives the Authorization header of a worker, or null where it needs none. */
export type Authorize = (config: WorkerConfig) => Promise<string | null>;

/**
 * Reads token files, again only when they have changed, so that a token can be replaced while the master runs.
 * Throws a UserError that names the file and never its content.
 */
export function createTokenReader(): Authorize {
  const cache = new Map<string, Cached>();

  return async ({ tokenFile }) => {
    if (tokenFile === null) return null;
    const { mtimeMs, ino, size } = await stat(tokenFile).catch((error: unknown) => {
      throw invalid(
        codeOf(error) === 'ENOENT'
          ? said`token file ${tokenFile} does not exist`
          : said`token file ${tokenFile} ${messageOf(error)}`,
      );
    });
    const version = `${mtimeMs} ${ino} ${size}`;
    const cached = cache.get(tokenFile);
    if (cached?.version === version) return cached.header;
    if (size > MAX_BYTES) throw invalid(said`token file ${tokenFile} is larger than ${MAX_BYTES} bytes`);
    const text = await readFile(tokenFile, 'utf8').catch((error: unknown) => {
      throw invalid(said`token file ${tokenFile} ${messageOf(error)}`);
    });
    const token = text.trim();
    if (!TOKEN.test(token)) throw invalid(said`token file ${tokenFile} must hold one token, without spaces`);
    const header = `Bearer ${token}`;
    cache.set(tokenFile, { version, header });
    return header;
  };
}

function invalid(message: string): UserError {
  return new UserError('TOKEN_FILE_INVALID', message);
}
