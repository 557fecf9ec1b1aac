import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { composeMaster, type Master, type MasterOptions } from '#app/compose.ts';
import { systemClock } from '#app/system-clock.ts';
import { SAMPLE_SETTINGS, sampleConfig } from '../model/samples.ts';
import { THREAD_URL } from '../persistence/opened.ts';

/** A whole master in this process, whose only worker nobody has ever heard of. Nothing moves yet; it ends with the test. */
export function composed(dir: string, over: Partial<MasterOptions> = {}): Master {
  const dataDir = join(dir, 'logs');
  const master = composeMaster({
    settings: {
      ...SAMPLE_SETTINGS,
      dir,
      dataDir,
      workers: [sampleConfig('worker-01', { url: 'http://127.0.0.1:9', host: '127.0.0.1', port: 9 })],
      logFile: join(dataDir, 'log'),
      stateFile: join(dataDir, 'worker_state.json'),
    },
    version: '1.0.0',
    clock: systemClock,
    random: Math.random,
    newId: () => crypto.randomUUID(),
    programs: { worker: new URL('file:///nowhere'), taskDatabase: THREAD_URL },
    ...over,
  });
  onTestFinished(() => master.stop('test'));
  return master;
}
