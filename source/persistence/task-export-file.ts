import { createWriteStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { localStamp } from '#model/local-time.ts';
import { said } from '#model/said.ts';
import { exportTasks, type TaskExportOptions } from './task-export.ts';

/** More exports in one second than anybody asks for: then something else is wrong. */
const MAX_SAME_SECOND = 100;

export interface ExportFileOptions extends TaskExportOptions {
  /** Made where it is missing. */
  readonly folder: string;
  /** Unix milliseconds, for the name. */
  readonly now: number;
}

/**
 * Writes the tasks of a database to a new file, `tasks-YYYYMMDD-HHMMSS.csv` or `.json`, and gives back its path. What is
 * there is never written over; of an export that failed nothing stays.
 *
 * @throws UserError as `exportTasks` does, or EXPORT_UNWRITABLE.
 */
export async function exportToFile({ folder, now, ...options }: ExportFileOptions): Promise<string> {
  const stem = join(folder, `tasks-${localStamp(now).replace('_', '-')}`);
  let path: string | null = null;
  try {
    await mkdir(folder, { recursive: true });
    path = await newFile(stem, options.format);
    await pipeline(Readable.from(exportTasks(options)), createWriteStream(path));
    return path;
  } catch (error) {
    if (path !== null) await rm(path, { force: true });
    if (error instanceof UserError) throw error;
    throw new UserError('EXPORT_UNWRITABLE', said`nothing was exported to ${folder}: ${messageOf(error)}`);
  }
}

/** The path of an empty file that was not there before. */
async function newFile(stem: string, extension: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const path = `${stem}${number === 1 ? '' : `-${number}`}.${extension}`;
    try {
      const file = await open(path, 'wx');
      await file.close();
      return path;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || number === MAX_SAME_SECOND) throw error;
    }
  }
}
