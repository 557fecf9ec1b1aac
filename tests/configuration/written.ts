import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { loadSettings } from '#configuration/settings.ts';
import { UserError } from '#model/errors.ts';
import type { Settings } from '#model/settings.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** What somebody wrote in each place. */
export interface Written {
  readonly environment?: Readonly<Record<string, string>>;
  readonly dotenv?: string;
  readonly json?: unknown;
}

/** A folder with these files. */
export async function folderWith({ dotenv, json }: Written): Promise<string> {
  const dir = await temporaryFolder();
  if (dotenv !== undefined) await writeFile(join(dir, '.env'), dotenv);
  if (json !== undefined) {
    await writeFile(join(dir, 'config_workers.json'), typeof json === 'string' ? json : JSON.stringify(json));
  }
  return dir;
}

/** The settings of a folder with these files. */
export async function load(written: Written = {}): Promise<Settings> {
  return loadSettings({ dir: await folderWith(written), environment: written.environment ?? {} });
}

/** The lines of the error, without the folder that the files are in. */
export async function errorsOf(written: Written): Promise<string[]> {
  const dir = await folderWith(written);
  const error = await loadSettings({ dir, environment: written.environment ?? {} }).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({ code: 'CONFIGURATION_INVALID' });
  return error instanceof UserError ? error.message.replaceAll(`${dir}/`, '').split('\n') : [];
}
