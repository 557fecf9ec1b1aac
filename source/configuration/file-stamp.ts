import { stat } from 'node:fs/promises';
import { codeOf, messageOf } from '#model/errors.ts';

/** A text that changes whenever a file does, links followed; of one that is not there, why. Never rejects. */
export async function fileStamp(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = await stat(path);
    return `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    return codeOf(error) ?? messageOf(error);
  }
}
