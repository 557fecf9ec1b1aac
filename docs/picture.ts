// Makes docs/dashboard.svg from the real program: real workers, a real terminal, tasks sent by keys, one worker killed.
// `npm run pictures`
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KEYS, openTerminal } from '../tests/helpers/terminal.ts';
import { startWorkerProcess } from '../tests/helpers/worker-process.ts';
import { screenSvg } from './screen-svg.ts';

const IDS = Array.from({ length: 8 }, (_, index) => `worker-0${index + 1}`);
const launcher = fileURLToPath(new URL('../bin/elastic-tui.js', import.meta.url));
const root = await mkdtemp(join(tmpdir(), 'elastic-picture-'));
const dir = join(root, 'prod');
await mkdir(dir);
const workers = await Promise.all(IDS.map((id) => startWorkerProcess({ id })));
try {
  const configured = workers.map(({ port }, index) => ({ id: IDS[index], ip: '127.0.0.1', port }));
  await writeFile(join(dir, 'config_workers.json'), JSON.stringify({ workers: configured }));
  await writeFile(
    join(dir, '.env'),
    'ELASTIC_PING_INTERVAL=0.5\nHTTP_TIMEOUT=5\nELASTIC_MAX_PING_FAILURES=40\n',
  );
  const session = openTerminal({
    file: process.execPath,
    args: [launcher, '--dir', dir, '--lang', 'en'],
    cwd: dir,
    env: { HOME: root, XDG_CONFIG_HOME: root },
  });
  await session.sees('all healthy', /8\/8 active +8 healthy/);
  for (let task = 1; task <= 20; task += 1) {
    session.type('n');
    await session.sees('the form', /NUM_PARTICULAS/);
    session.type(KEYS.enter);
    await session.sees('the list', (text) => !text.includes('NUM_PARTICULAS'));
  }
  session.type('1');
  await session.sees('a full sparkline', /▁[▁▂▃▄▅▆▇█]{28}/, 60_000);
  await workers[1]?.kill();
  await session.sees('an unstable worker', /unstable/);
  await session.sees('some results', /completed on/);
  await writeFile(fileURLToPath(new URL('./dashboard.svg', import.meta.url)), screenSvg(session.emulator));
  session.type(KEYS.ctrlC);
  await session.exited;
} finally {
  await Promise.all(workers.map((worker) => worker.kill()));
  await rm(root, { recursive: true, force: true });
}
