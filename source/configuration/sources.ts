import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { codeOf, messageOf } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { SettingSource } from '#model/settings.ts';
import { plainLine } from '#model/text.ts';
import { absent, type Findings, type Found, wrong } from './found.ts';
import { describeJsonError } from './json-error.ts';
import type { Key } from './keys.ts';
import { warnOfLostLines, warnOfUnknownKeys } from './unknown-keys.ts';
import { parseWorkersFile, type WorkersFile } from './workers-file.ts';

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that was written somewhere, not yet understood. */
export interface Sources {
  readonly environment: Environment;
  readonly dotenv: Environment;
  readonly workersFile: WorkersFile;
  /** Shown in errors. */
  readonly dotenvPath: string;
}

/** Reads the two files of `dir`. A file that is not there is an empty one. */
export async function readSources(
  dir: string,
  environment: Environment,
  findings: Findings,
): Promise<Sources> {
  await checkFolder(dir, findings);
  const dotenvPath = join(dir, '.env');
  const workersPath = join(dir, 'config_workers.json');
  // One after the other: what is wrong is told in the order of the files.
  const dotenvText = (await readText(dotenvPath, findings)) ?? '';
  const workersText = await readText(workersPath, findings);
  const dotenv = parse(dotenvText);
  const where = plainLine(dotenvPath);
  warnOfLostLines(dotenvText, dotenv, { where, findings });
  warnOfUnknownKeys(Object.keys(dotenv), where, findings);
  warnOfUnknownKeys(Object.keys(environment), said`environment`, findings);
  const file = plainLine(workersPath);
  const document = parseJson(workersText, file, findings);
  return {
    environment,
    dotenv,
    workersFile: parseWorkersFile(document, file, findings),
    dotenvPath: where,
  };
}

/** The value of a key of .env and of the environment. Empty is as good as not there, as in `KEY=`. */
export function findVariable(sources: Sources, name: string): Found | undefined {
  const { environment, dotenv, dotenvPath } = sources;
  return (
    found(environment[name], 'environment', said`environment variable ${name}`) ??
    found(Object.hasOwn(dotenv, name) ? dotenv[name] : undefined, '.env', `${dotenvPath}: ${name}`)
  );
}

/** The value of a key from the first source that has one. */
export function findValue(sources: Sources, { name, fallback, json }: Key<unknown>): Found {
  return (
    findVariable(sources, name) ??
    (json === undefined ? undefined : sources.workersFile.orchestrator.get(json)) ?? {
      text: fallback,
      source: 'default',
      where: `default of ${name}`,
    }
  );
}

function found(raw: string | undefined, source: SettingSource, where: string): Found | undefined {
  const text = raw?.trim() ?? '';
  return text === '' ? undefined : { text, source, where };
}

async function checkFolder(dir: string, { errors }: Findings): Promise<void> {
  const folder = await stat(dir).catch((error: unknown) => codeOf(error) ?? messageOf(error));
  if (typeof folder === 'string') {
    errors.push(
      folder === 'ENOENT'
        ? absent(plainLine(dir), said`an existing folder: make it, or name another with --dir`)
        : wrong(plainLine(dir), said`inaccessible (${folder})`, said`a folder that may be read (--dir)`),
    );
  } else if (!folder.isDirectory()) {
    errors.push(wrong(plainLine(dir), said`a file`, said`a folder (--dir)`));
  }
}

/** Undefined where it cannot be read, which is then noted. */
async function readText(path: string, { errors }: Findings): Promise<string | undefined> {
  try {
    // Editors of some systems put a byte-order mark in front, which would become part of the first key.
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const code = codeOf(error);
    // ENOTDIR: `dir` itself is no folder, which has been said.
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    errors.push(
      wrong(plainLine(path), said`unreadable (${code ?? messageOf(error)})`, said`a readable file`),
    );
    return undefined;
  }
}

function parseJson(text: string | undefined, file: string, { errors }: Findings): unknown {
  if (text === undefined) return undefined;
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    errors.push(wrong(file, said`not valid JSON (${describeJsonError(text, error)})`, said`a JSON object`));
    return undefined;
  }
}
