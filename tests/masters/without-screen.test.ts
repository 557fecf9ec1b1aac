import { expect, onTestFinished, test } from 'vitest';
import { LAUNCHER } from '../e2e/site.ts';
import { isAlive } from '../helpers/processes.ts';
import { KEYS, opened, openTerminal } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { busySite, command, killIfAlive } from './site.ts';

const CTRL_Z = '\u001a';

test.for([
  ['SIGHUP', (pid: number) => void process.kill(pid, 'SIGHUP')],
  ['a closed terminal', null],
] as const)(
  '%s leaves the tasks running, they complete, and the master ends by itself',
  async ([, hangUp]) => {
    const site = await busySite();
    const session = await opened(site.open());
    onTestFinished(() => killIfAlive(session.pid));
    await site.submit('t-1');
    await session.sees('it runs', /1 running/);
    if (hangUp === null) session.hangUp();
    else hangUp(session.pid);
    await until('it says so', async () => /going on without a screen.* tasks=1 /.test(await site.log()));
    await site.submit('t-2');
    // All that it wrote to give the terminal back has been read by now.
    const written = session.output().length;
    await site.letGo('t-1');
    await site.letGo('t-2');
    for (const id of ['t-1', 't-2']) {
      await until(`${id} has completed`, async () => (await site.stateOf(id)) === 'completed');
    }
    await until('it has ended', () => !isAlive(session.pid));
    expect(await site.log()).toMatch(/master stopping why="no longer needed"\n$/);
    expect(session.output().length).toBe(written);
  },
);

test('q leaves a master that others are attached to, which says so and ends when they have left', async () => {
  const site = await busySite();
  const first = await opened(site.open());
  const second = await opened(site.open());
  await second.sees('it is attached', new RegExp(`attached to pid ${first.pid}`));
  await site.submit('t-1');
  await first.sees('it runs', /1 running/);
  // Nobody is asked: nothing ends.
  first.type('q');
  await first.sees(
    'what it does',
    /goes on without a screen: 1 task unfinished, 1 screen attached\.\nIt ends by itself/,
  );
  expect(first.isAlternate()).toBe(false);
  second.type('5');
  await second.sees('it too', /going on without a screen/);
  await site.letGo('t-1');
  await second.sees('it has ended', /0 running/);
  second.type('q');
  expect((await second.exited).code).toBe(0);
  expect(await first.exited).toEqual({ code: 0, signal: 0 });
});

test.for(['Ctrl-C', 'SIGHUP'])(
  'with --exit-with-screen a master that others need ends on %s',
  async (how) => {
    const site = await busySite();
    const first = await opened(site.open({ args: ['--exit-with-screen'] }));
    const second = await opened(site.open());
    await second.sees('it is attached', /attached to pid/);
    if (how === 'SIGHUP') process.kill(first.pid, 'SIGHUP');
    else first.type(KEYS.ctrlC);
    expect((await first.exited).code).toBe(how === 'SIGHUP' ? 129 : 0);
    await second.sees('it is gone', /no master/);
  },
);

test('without a screen, Ctrl-C and elastic-tui stop end a master at once and in order', async () => {
  const site = await busySite();
  for (const how of ['Ctrl-C', 'stop']) {
    const first = await opened(site.open());
    const second = await opened(site.open());
    await second.sees('it is attached', new RegExp(`attached to pid ${first.pid}`));
    first.type('q');
    await first.sees('it goes on', /goes on without a screen/);
    if (how === 'stop') {
      expect((await command(site, 'stop')).code).toBe(0);
      expect(isAlive(first.pid)).toBe(false);
    } else first.type(KEYS.ctrlC);
    expect((await first.exited).code).toBe(how === 'stop' ? 0 : 130);
    await second.sees('it has ended', /no master/);
    expect(await site.log()).toMatch(
      how === 'stop' ? /why="stopped by process \d+"\n$/ : /why="signal 2"\n$/,
    );
    await second.end('SIGTERM');
  }
});

test('put into the background of its shell it goes on, and ends when it is told to', async () => {
  const site = await busySite();
  const shell = openTerminal({
    file: 'bash',
    // With -b it tells of a job's end when it hears of it, not only before its next prompt.
    args: ['--norc', '--noprofile', '-i', '-b'],
    cwd: site.dir,
    env: { HOME: site.dir, XDG_CONFIG_HOME: site.dir, PS1: 'ready> ', NODE: process.execPath, LAUNCHER },
  });
  onTestFinished(async () => void (await shell.end('SIGKILL')));
  await shell.sees('the prompt', /ready>/);
  shell.type('"$NODE" "$LAUNCHER"\r');
  await opened(shell);
  const second = await opened(site.open());
  await second.sees('it is attached', /attached to pid/);
  shell.type('q');
  await shell.sees('it goes on', /goes on without a screen/);
  shell.type(CTRL_Z);
  await shell.sees('it is stopped', /Stopped/);
  shell.type('bg\r');
  await until('it works', async () => (await command(site, 'status')).code === 0);
  // A process in the background that touched the terminal now would be stopped instead.
  expect((await command(site, 'stop')).code).toBe(0);
  await shell.sees('its end', /Done/);
});
