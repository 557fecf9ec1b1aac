import { expect, test } from 'vitest';
import { opened } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { background, command } from '../masters/site.ts';
import { makeSite } from './site.ts';

const NO_WORKERS = { ELASTIC_EMBEDDED_WORKERS: '0' };
/** Any colour, of 8, 16, 256 or 16 million. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
const COLOUR = /\u001b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]/;

test('a theme chosen in the palette is found again at the next start, and a flag goes before it', async () => {
  const site = await makeSite({ env: NO_WORKERS });
  const first = await opened(site.open());
  first.type(':');
  await first.sees('the palette', /type what you want to do/);
  first.type('no colours');
  await first.sees('the theme', /▸ theme: no colours/);
  const before = first.output().length;
  first.type('\r');
  await until('the dashboard without colours', () => first.output().slice(before).includes('\u001b[1m'));
  first.type('q');
  await first.exited;

  const second = await opened(site.open());
  expect(second.output()).not.toMatch(COLOUR);
  second.type('q');
  await second.exited;
  const fourth = site.open({ args: ['--theme', 'dark'] });
  await fourth.sees('the dashboard', /1 Workers/);
  expect(fourth.output()).toMatch(COLOUR);
});

test('with NO_COLOR there is no colour, and the chosen view still stands out', async () => {
  const session = (await makeSite({ env: NO_WORKERS })).open({ env: { NO_COLOR: '1' } });
  await session.sees('the dashboard', /1 Workers/);
  expect(session.output()).not.toMatch(COLOUR);
  expect(session.output()).toContain('\u001b[7m');
});

test('with --ascii every byte on the screen is ASCII', async () => {
  const session = (await makeSite({ env: NO_WORKERS })).open({ args: ['--ascii', '--lang', 'es'] });
  await session.sees('the dashboard', /4 Configuracion/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII itself
  expect(session.output()).toMatch(/^[\u0000-\u007f]*$/);
});

test('elastic-tui wall shows the fleet, changes nothing, and gives the terminal back', async () => {
  const site = await makeSite({ env: { ELASTIC_EMBEDDED_WORKERS: '1', ELASTIC_PING_INTERVAL: '0.5' } });
  const session = site.open({ args: ['wall', '--rotate', '1h', '--bell'], columns: 120, rows: 40 });
  // It is no master itself, and waits for one.
  await session.sees('that there is none', /no master yet: waiting/);
  await background(site);
  await session.sees('the worker', /● local-01/);
  await session.sees('the count', /healthy workers/);
  expect(session.text()).toMatch(/as of \d+ s ago/);
  session.type('n');
  session.type('w');
  await session.sees('the dashboard, read-only', /read-only/);
  session.type('q');
  expect(await session.exited).toEqual({ code: 0, signal: 0 });
  expect(session.isAlternate()).toBe(false);
  expect((await command(site, 'stop')).code).toBe(0);
});

test.for([
  ['--screen-reader', { args: ['--screen-reader'] }],
  ['INK_SCREEN_READER', { env: { INK_SCREEN_READER: 'true' } }],
] as const)('with %s the program speaks in sentences', async ([, how]) => {
  const session = (await makeSite({ env: NO_WORKERS })).open({
    ...('args' in how ? { args: [...how.args] } : { env: how.env }),
  });
  await session.sees('a sentence', /Workers\. 0 of 0 workers active/);
  expect(session.isAlternate()).toBe(false);
  await until('it reads keys', () => session.output().includes('\u001b[?2004h'));
  session.type('q');
  expect(await session.exited).toEqual({ code: 0, signal: 0 });
});
