import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EditSetting } from '#model/commands.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import { plainLine } from '#model/text.ts';
import { replaceFile } from '#storage/replace-file.ts';
import { editEnv } from './env-edit.ts';
import { fileStamp } from './file-stamp.ts';
import { shown, wrong } from './found.ts';
import { KEYS, type Key } from './keys.ts';
import { loadSettings } from './settings.ts';
import type { Environment } from './sources.ts';

/** How often the file may be changed by others while it is being written here. */
const TRIES = 3;
const BOM = '\uFEFF';

export interface EditSettingInput {
  readonly dir: string;
  readonly environment: Environment;
  readonly edit: Omit<EditSetting, 'type'>;
}

/**
 * Writes a setting into .env, which is replaced atomically, links followed, with its mode and owner kept. It is read again
 * before, so that nothing that others wrote is lost.
 *
 * @throws UserError SETTING_NOT_EDITABLE, SETTING_OVERRIDDEN, SETTING_INVALID, SETTING_CHANGED where somebody else has set
 * it otherwise since it was looked at, SETTING_NOT_WRITTEN, and CONFIGURATION_INVALID where the files are wrong already.
 */
export async function editSetting({ dir, environment, edit }: EditSettingInput): Promise<void> {
  const { key: name, value, was } = edit;
  const key = Object.values(KEYS).find((each: Key<unknown>) => each.name === name && each.safe);
  if (key === undefined) {
    throw new UserError(
      'SETTING_NOT_EDITABLE',
      said`${shown(name)} is changed in its file, not from the screen`,
    );
  }
  if ((environment[name]?.trim() ?? '') !== '') {
    const message = said`${name} is set in the environment of this program, which goes before .env`;
    throw new UserError('SETTING_OVERRIDDEN', message);
  }
  if (value !== '' && key.kind.parse(value) === undefined) {
    const message = wrong(name, `"${shown(value)}"`, key.kind.expected);
    throw new UserError('SETTING_INVALID', message);
  }
  const path = join(resolve(dir), '.env');
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await fileStamp(path);
    const { entries } = await loadSettings({ dir, environment });
    const now = entries.find((entry) => entry.key === name)?.value ?? '';
    if (now !== was) {
      throw new UserError('SETTING_CHANGED', said`${name} has been set to "${shown(now)}" meanwhile`);
    }
    const edited = withValue(await readEnv(path), { name, value });
    if ((await fileStamp(path)) !== before) continue;
    await write(path, edited);
    return;
  }
  throw notWritten(path, said`somebody else keeps writing it`);
}

function withValue(text: string, { name, value }: { readonly name: string; readonly value: string }): string {
  const mark = text.startsWith(BOM) ? BOM : '';
  const edited = editEnv(text.slice(mark.length), name, value);
  if (edited === null) {
    throw new UserError(
      'SETTING_NOT_WRITTEN',
      said`${name} cannot be written into .env so that it is read back`,
    );
  }
  return mark + edited;
}

async function readEnv(path: string): Promise<string> {
  try {
    // What is no UTF-8 must not become question marks in somebody's comments.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw notWritten(
      path,
      codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? said`it is not UTF-8` : messageOf(error),
    );
  }
}

async function write(path: string, text: string): Promise<void> {
  const stats = await stat(path).catch(() => null);
  if (stats !== null && !stats.isFile()) throw notWritten(path, said`it is not a plain file`);
  const user = process.geteuid?.() ?? 0;
  if (stats !== null && user !== 0 && stats.uid !== user) {
    throw notWritten(path, said`it belongs to another user, who would lose it`);
  }
  try {
    // Its mode and owner are kept by default; a new one may come to hold secrets.
    await replaceFile(path, text, stats === null ? { mode: 0o600 } : {});
  } catch (error) {
    throw notWritten(path, codeOf(error) ?? messageOf(error));
  }
}

function notWritten(path: string, reason: string): UserError {
  return new UserError('SETTING_NOT_WRITTEN', said`cannot write ${plainLine(path)}: ${plainLine(reason)}`);
}
