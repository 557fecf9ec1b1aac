import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { PROTOCOL } from '#attach/messages.ts';
import { makeSite } from '../e2e/site.ts';
import { isAlive } from '../helpers/processes.ts';
import { opened } from '../helpers/terminal.ts';
import { background, command, killIfAlive, NO_WORKERS } from './site.ts';

const OLDER = /pid \d+\) is elastic-tui 9\.9\.9, older than this .*end it and start\s+it/;
const NEWER = /pid \d+\) is elastic-tui 9\.9\.9, newer than this .*start this screen\s+with/;
const VERSIONS = [
  ['an older', PROTOCOL - 1, OLDER],
  ['a newer', PROTOCOL + 1, NEWER],
] as const;

/** A master of another version on the folder, in a process of its own. Returns its process id. */
async function otherVersion(dir: string, protocol: number | 'none'): Promise<number> {
  const program = fileURLToPath(new URL('./other-version.ts', import.meta.url));
  const child = spawn(process.execPath, [program, dir, String(protocol)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

test.for(VERSIONS)(
  'screens and scripts say what to do about %s master, and stop ends it',
  async ([, protocol, sentence]) => {
    const site = await makeSite({ env: NO_WORKERS });
    const pid = await otherVersion(site.dir, protocol);
    const screen = site.open({ columns: 300 });
    expect((await screen.exited).code).toBe(3);
    expect(screen.text()).toMatch(sentence);
    expect(await command(site, 'status')).toMatchObject({ code: 3, stderr: expect.stringMatching(sentence) });
    const wall = site.open({ args: ['wall'], columns: 240 });
    await wall.sees('the sentence on the wall', sentence);
    expect(isAlive(pid)).toBe(true);
    expect(await command(site, 'stop')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`process ${pid}`),
      stderr: expect.stringMatching(sentence),
    });
    expect(isAlive(pid)).toBe(false);
    expect((await command(site, 'stop')).code).toBe(3);
  },
);

test('a master that listens nowhere is not taken for none, and stop ends it', async () => {
  const site = await makeSite({ env: NO_WORKERS });
  const pid = await otherVersion(site.dir, 'none');
  const screen = site.open({ columns: 300 });
  const sentence = /a master runs on .*, but nobody can attach to it: it is of a version that is too\s+old/;
  const status = command(site, 'status');
  expect((await screen.exited).code).toBe(3);
  expect(screen.text()).toMatch(sentence);
  expect(await status).toMatchObject({ code: 3, stderr: expect.stringMatching(sentence) });
  expect(await command(site, 'stop')).toMatchObject({ code: 0 });
  expect(isAlive(pid)).toBe(false);
});

test('an attached screen whose master is upgraded says so, and goes on when the versions agree again', async () => {
  const site = await makeSite({ env: NO_WORKERS });
  const first = await background(site);
  const screen = await opened(site.open({ columns: 240 }));
  await screen.sees('it is attached', new RegExp(`attached to pid ${first}`));
  expect((await command(site, 'stop')).code).toBe(0);
  const other = await otherVersion(site.dir, PROTOCOL + 1);
  await screen.sees('the sentence', NEWER);
  await screen.sees('how old the picture is', /as of .* ago, refused/);
  process.kill(other, 'SIGKILL');
  const second = await background(site);
  await screen.sees('the new master', new RegExp(`attached to pid ${second}`));
  killIfAlive(second);
});
