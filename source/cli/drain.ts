import { plainLine } from '#model/text.ts';
import { type Call, EXIT } from './call.ts';
import { workersNamed } from './ids.ts';
import { printJson, printLines } from './print.ts';
import { type MasterOption, withMaster } from './reach.ts';

/** Sends no new tasks to workers, or sends them again. */
export async function drainWorkers(
  call: Call<MasterOption & { readonly json?: true }>,
  drained: boolean,
): Promise<number> {
  const { args, stdout, options } = call;
  const workers = await withMaster(call, {}, async (store) => {
    const ids = await workersNamed(call, args);
    for (const workerId of ids) await store.dispatch({ type: 'drain-worker', workerId, drained });
    return ids;
  });
  if (options.json) await printJson(stdout, { workers, drained });
  else {
    const what = drained ? 'gets no new tasks' : 'gets tasks again';
    await printLines(
      stdout,
      workers.map((id) => `${plainLine(id)} ${what}`),
    );
  }
  return EXIT.done;
}
