import { join } from 'node:path';
import { composeMaster, type Master } from '#app/compose.ts';
import { systemClock } from '#app/system-clock.ts';
import { codeOf } from '#model/errors.ts';
import { SAMPLE_SETTINGS } from '../model/samples.ts';

/** Builds a master on each folder that it is told, as the program does, and says how that went; `null` ends it. */
let master: Master | null = null;

process.on('message', async ({ dir }: { readonly dir: string | null }) => {
  if (dir === null) {
    await master?.stop('the round is over');
    master = null;
  }
  process.send?.(dir === null ? 'ended' : begin(dir));
});

function begin(dir: string): string {
  const dataDir = join(dir, 'logs');
  try {
    master = composeMaster({
      settings: { ...SAMPLE_SETTINGS, dir, dataDir, logFile: join(dataDir, 'log'), workers: [] },
      version: '1.0.0',
      clock: systemClock,
      random: Math.random,
      newId: () => crypto.randomUUID(),
      programs: { worker: new URL('file:///nowhere'), taskDatabase: new URL('file:///nowhere') },
    });
    return 'master';
  } catch (error) {
    return codeOf(error) ?? String(error);
  }
}
