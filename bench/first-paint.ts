// First paint of the shipped program in a real terminal, as a multiple of `node -e 0` measured in the same minute.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTerminal } from '../tests/helpers/terminal.ts';
import { LAUNCHER, median, report, sleep } from './program.ts';

const ROUNDS = 15;
const LIMIT = 6;
const GIVE_UP_MS = 20_000;

const dir = await mkdtemp(join(tmpdir(), 'elastic-bench-'));
const empty: number[] = [];
const paint: number[] = [];
try {
  for (let round = -1; round < ROUNDS; round += 1) {
    const before = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    const bare = performance.now() - before;
    const started = performance.now();
    const session = openTerminal({ file: process.execPath, args: [LAUNCHER, '--dir', dir], cwd: dir });
    let painted = 0;
    while (painted === 0) {
      if (/5 Logs/.test(session.output())) painted = performance.now() - started;
      else if (performance.now() - started > GIVE_UP_MS)
        throw new Error(`never painted: ${session.output()}`);
      else await sleep(1);
    }
    session.type('q');
    await session.exited;
    // The first round fills the caches of the system and of the compiler.
    if (round >= 0) {
      empty.push(bare);
      paint.push(painted);
    }
  }
} finally {
  await rm(dir, { recursive: true, force: true });
}
console.log(
  `node -e 0: ${median(empty).toFixed(0)} ms, first paint: ${median(paint).toFixed(0)} ms (medians of ${ROUNDS})`,
);
report('first paint / node -e 0', median(paint) / median(empty), LIMIT);
