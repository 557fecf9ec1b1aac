import { expect, test } from 'vitest';
import { makeSite } from '../e2e/site.ts';
import { isAlive } from '../helpers/processes.ts';
import { opened } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { background, busySite, command, NO_WORKERS } from './site.ts';

const SCREENS = 20;
/** Pings that come while twenty screens are read would not be on all of them. */
const QUIET = {
  ELASTIC_PING_INTERVAL: '30',
  ELASTIC_HEALTH_CHECK_INTERVAL: '30',
  TASK_TIMEOUT: '600',
};

test('twenty screens that are attached at once show the same, and so does each of them what another one did', async () => {
  const site = await busySite(QUIET);
  const pid = await background(site);
  const screens = Array.from({ length: SCREENS }, () => site.open({ columns: 120, rows: 24 }));
  await Promise.all(screens.map(opened));
  const all = (what: string, pattern: RegExp) =>
    Promise.all(screens.map((screen) => screen.sees(what, pattern)));
  await all('attached', new RegExp(`attached to pid ${pid}`));
  const [first, second] = screens;
  await site.submit('t-1');
  await all('a task that a script has sent', /1 running/);
  first?.type('d');
  await first?.sees('the question', /Drain a worker\?/);
  first?.type('\t\r');
  await all('the worker that the first one has drained', /alpha gets no new tasks/);
  await site.letGo('t-1');
  await all('its end', /0 running/);
  // Each draws the second when it turns for itself.
  const picture = (lines: readonly string[]) =>
    lines.map((line) => line.replaceAll(/\d+:\d\d:\d\d|\bup \S+( \S+)?$/g, '')).join('\n');
  await until('the same on all', () => new Set(screens.map(({ lines }) => picture(lines()))).size === 1);
  second?.type('q');
  expect(await second?.exited).toEqual({ code: 0, signal: 0 });
  expect(isAlive(pid)).toBe(true);
  expect((await command(site, 'stop')).code).toBe(0);
});

test('after kill -9 of the master and a restart every attached screen is back by itself', async () => {
  const site = await makeSite({ env: NO_WORKERS });
  const first = await background(site);
  const screens = [
    ...Array.from({ length: 4 }, () => site.open()),
    site.open({ args: ['--readonly', '--lang', 'es'] }),
  ];
  await Promise.all(screens.map((screen) => screen.sees('attached', new RegExp(`(to|al) pid ${first}`))));
  process.kill(first, 'SIGKILL');
  await Promise.all(screens.map((screen) => screen.sees('the picture is old', /reconnecting|reconectando/)));
  const second = await background(site);
  // No pause between two tries is longer than 2 s: see tests/attach.
  await Promise.all(
    screens.map((screen) => screen.sees('attached to the new one', new RegExp(`(to|al) pid ${second}`))),
  );
  expect((await command(site, 'stop')).code).toBe(0);
});

test('the wall waits for a master, shows it, and outlives it', async () => {
  const site = await busySite();
  const wall = site.open({ args: ['wall'], columns: 120, rows: 40 });
  const muro = site.open({ args: ['--lang', 'es', 'wall'], columns: 120, rows: 40 });
  await wall.sees('that there is none', /no master yet: waiting/);
  await muro.sees('that there is none, in Spanish', /aún sin maestro: esperando/);
  expect(await command(site, 'status')).toMatchObject({ stdout: expect.stringContaining('no master') });
  const first = await background(site);
  await wall.sees('the worker', /alpha/);
  await wall.sees('how old the picture is', /as of \d+ s ago/);
  process.kill(first, 'SIGKILL');
  await wall.sees('that it has gone', /no master: /);
  await background(site);
  await wall.sees('that it is back', (text) => /alpha/.test(text) && !/no master/.test(text));
  wall.type('q');
  expect(await wall.exited).toEqual({ code: 0, signal: 0 });
  expect((await command(site, 'stop')).code).toBe(0);
  await muro.sees('that it has gone again', /sin maestro/);
  muro.type('q');
  expect(await muro.exited).toEqual({ code: 0, signal: 0 });
});
