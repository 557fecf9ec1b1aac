// CPU of the shipped program in a real terminal while nobody touches the keyboard: 100 and 1 000 workers, each pinged
// every 5 s, as a share of one core. The baseline is an idle Node process measured over the same time.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTerminal } from '../tests/helpers/terminal.ts';
import { cpuSeconds, LAUNCHER, report, sleep, startFleet } from './program.ts';

const WARM_UP_MS = 15_000;
const MEASURED_MS = Number(process.env.BENCH_SECONDS ?? 40) * 1_000;
const CASES = [
  { workers: 100, limit: 0.03 },
  { workers: 1_000, limit: 0.1 },
];

for (const { workers, limit } of CASES) {
  const dir = await mkdtemp(join(tmpdir(), 'elastic-bench-'));
  const fleet = await startFleet(workers, dir);
  const idle = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const session = openTerminal({ file: process.execPath, args: [LAUNCHER, '--dir', dir], cwd: dir });
  try {
    await session.sees(
      `${workers} active`,
      new RegExp(`${workers}/${workers} active +${workers} healthy`),
      60_000,
    );
    await sleep(WARM_UP_MS);
    const before = [
      await cpuSeconds(session.pid),
      await cpuSeconds(idle.pid ?? 0),
      performance.now(),
    ] as const;
    const bytes = session.output().length;
    await sleep(MEASURED_MS);
    const seconds = (performance.now() - before[2]) / 1_000;
    const share = ((await cpuSeconds(session.pid)) - before[0]) / seconds;
    const base = ((await cpuSeconds(idle.pid ?? 0)) - before[1]) / seconds;
    const written = (session.output().length - bytes) / seconds / 1_000;
    console.log(
      `${workers} workers: ${(share * 100).toFixed(2)} % of a core (an idle Node: ${(base * 100).toFixed(2)} %), ${written.toFixed(1)} KB/s to the terminal`,
    );
    report(`share of one core, ${workers} workers`, share, limit);
  } finally {
    session.type('q');
    await session.exited;
    idle.kill();
    fleet.kill();
    await rm(dir, { recursive: true, force: true });
  }
}
