import { constants, copyFile, link, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { plainLine } from '#model/text.ts';
import { type Call, EXIT } from './call.ts';
import { INITIAL_FILES } from './init-files.ts';
import { printJson, printLines } from './print.ts';

/** What became of each file. */
interface Outcome {
  readonly file: string;
  readonly state: 'written' | 'kept';
}

const NEXT = [
  'Next: write the machines into .env (WORKER_01_IP=…) or config_workers.json, or leave both: then workers are started here.',
  '      elastic-tui doctor   checks the configuration and every worker',
  '      elastic-tui          opens the dashboard',
];

/** Writes the files that a newcomer edits, and never over one that is there. Makes --dir where it is missing. */
export async function initialize(call: Call<{ readonly json?: true }>): Promise<number> {
  const { dir, options, stdout } = call;
  const outcomes: Outcome[] = [];
  try {
    await mkdir(dir, { recursive: true });
    const draft = await mkdtemp(join(dir, '.elastic-init-'));
    try {
      for (const { name, content } of INITIAL_FILES) {
        const file = join(dir, name);
        outcomes.push({ file, state: await writeNew(file, join(draft, name), content) });
      }
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  } catch (error) {
    const reason = codeOf(error) ?? messageOf(error);
    throw new UserError(
      'INIT_FAILED',
      `${plainLine(dir)} cannot be written (${reason}): make it writable, or name another folder with --dir`,
      { cause: error },
    );
  }
  if (options.json) await printJson(stdout, { files: outcomes });
  else await printLines(stdout, [...outcomes.map(sentence), ...NEXT]);
  return EXIT.done;
}

/** Whole or not at all: it is written under another name, and a link takes a name only where nobody has it. */
async function writeNew(file: string, draft: string, content: string): Promise<Outcome['state']> {
  // It may hold tokens one day.
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, file).catch((error: unknown) => {
      if (codeOf(error) === 'EEXIST') throw error;
      // A file system without links.
      return copyFile(draft, file, constants.COPYFILE_EXCL);
    });
    return 'written';
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return 'kept';
  }
}

function sentence({ file, state }: Outcome): string {
  return state === 'written' ? `wrote ${plainLine(file)}` : `kept  ${plainLine(file)}, which was there`;
}
