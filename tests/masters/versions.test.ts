import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PROTOCOL } from '#attach/messages.ts';
import { socketPathOf } from '#attach/socket-path.ts';
import { takeMasterLock } from '#persistence/master-lock.ts';
import { makeSite } from '../e2e/site.ts';
import { background, command, killIfAlive, NO_WORKERS, opened } from './site.ts';

const VERSIONS = [
  ['an older', PROTOCOL - 1, /pid 4711\) is elastic-tui 9\.9\.9, older than this .*end it and start\s+it/],
  ['a newer', PROTOCOL + 1, /pid 4711\) is elastic-tui 9\.9\.9, newer than this .*start this screen\s+with/],
] as const;

/** A master of another version on the folder: all that the versions have in common is the greeting. */
async function otherVersion(dir: string, protocol: number): Promise<() => Promise<void>> {
  const lock = takeMasterLock(join(dir, 'logs', 'master.lock'));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.end(`${JSON.stringify({ type: 'hello', protocol, version: '9.9.9', pid: 4711 })}\n`);
  });
  const { path } = socketPathOf(join(dir, 'logs'));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const end = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    lock.release();
  };
  onTestFinished(() => (server.listening ? end() : undefined));
  return end;
}

test.for(VERSIONS)('screens and scripts say what to do about %s master', async ([, protocol, sentence]) => {
  const site = await makeSite({ env: NO_WORKERS });
  await otherVersion(site.dir, protocol);
  const screen = site.open({ columns: 300 });
  expect((await screen.exited).code).toBe(3);
  expect(screen.text()).toMatch(sentence);
  for (const script of ['status', 'stop']) {
    expect(await command(site, script)).toMatchObject({ code: 3, stderr: expect.stringMatching(sentence) });
  }
  const wall = site.open({ args: ['wall'], columns: 240 });
  await wall.sees('the sentence on the wall', sentence);
});

test('an attached screen whose master is upgraded says so, and goes on when the versions agree again', async () => {
  const site = await makeSite({ env: NO_WORKERS });
  const first = await background(site);
  const screen = await opened(site.open({ columns: 240 }));
  await screen.sees('it is attached', new RegExp(`attached to pid ${first}`));
  expect((await command(site, 'stop')).code).toBe(0);
  const end = await otherVersion(site.dir, PROTOCOL + 1);
  await screen.sees('the sentence', VERSIONS[1][2]);
  await screen.sees('how old the picture is', /as of .* ago, refused/);
  await end();
  const second = await background(site);
  await screen.sees('the new master', new RegExp(`attached to pid ${second}`));
  killIfAlive(second);
});
