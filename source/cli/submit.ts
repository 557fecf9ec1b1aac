import { open } from 'node:fs/promises';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { plainLine } from '#model/text.ts';
import { readTasks as readTaskText } from '#persistence/task-file.ts';
import { type Call, EXIT } from './call.ts';
import { printJson, printLines } from './print.ts';
import { type MasterOption, withMaster } from './reach.ts';

/** As much as a file in task_queues/ may hold. */
const MAX_BYTES = 64 * 2 ** 20;

/** Sends the tasks of a file, or of standard input, all together or none. */
export async function submitFile(call: Call<MasterOption & { readonly json?: true }>): Promise<number> {
  const { args, stdin, stdout, options } = call;
  const [file = '-'] = args;
  const tasks = readTaskText(await (file === '-' ? readAll(stdin, 'standard input') : readFileAll(file)));
  const { ids, batches } = await withMaster(call, {}, (store) =>
    store.dispatch({ type: 'submit-tasks', tasks }),
  );
  if (options.json) await printJson(stdout, { tasks: ids, batches });
  else await printLines(stdout, [...ids, ...batches.map(({ id }) => id)]);
  return EXIT.done;
}

async function readFileAll(file: string): Promise<string> {
  try {
    await using handle = await open(file);
    return await readAll(handle.createReadStream({ autoClose: false }), plainLine(file));
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = codeOf(error) ?? messageOf(error);
    throw new UserError('TASK_FILE_UNREADABLE', `${plainLine(file)} cannot be read (${reason})`, {
      cause: error,
    });
  }
}

async function readAll(source: AsyncIterable<Buffer | string>, name: string): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of source) {
    const buffer = Buffer.from(piece);
    bytes += buffer.length;
    if (bytes > MAX_BYTES) {
      throw new UserError(
        'TASK_FILE_INVALID',
        `${name} has more than ${MAX_BYTES} bytes: submit it in parts`,
      );
    }
    pieces.push(buffer);
  }
  return Buffer.concat(pieces).toString('utf8');
}
