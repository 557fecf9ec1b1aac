import { join } from 'node:path';
import { loadSettings } from '#configuration/settings.ts';
import { exportTasks } from '#persistence/task-export.ts';
import { type Call, EXIT } from './call.ts';
import { batchNamed } from './ids.ts';
import { safeJson } from './print.ts';

export interface ExportOptions {
  readonly format: 'csv' | 'json';
  readonly batch?: string;
}

/** The results on standard output. Needs no terminal and no master. */
export async function exportResults(call: Call<ExportOptions>): Promise<number> {
  const { dir, options, environment, stdout, ended } = call;
  const { dataDir } = await loadSettings({ dir, environment });
  const { format } = options;
  const batch = options.batch === undefined ? null : batchNamed(dir, options.batch);
  for (const piece of exportTasks({ path: join(dataDir, 'tasks.sqlite'), format, batch })) {
    if (ended.aborted) break;
    await stdout.write(format === 'json' ? safeJson(piece) : piece);
  }
  return EXIT.done;
}
