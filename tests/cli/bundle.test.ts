import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const DIST = new URL('../../dist/', import.meta.url);

/** The bundle's files that are loaded with those at `roots`. */
function loadedWith(roots: readonly URL[]): string[] {
  const found = new Set(roots.map(({ href }) => href));
  for (const href of found) {
    const text = readFileSync(fileURLToPath(href), 'utf8');
    for (const [, path] of text.matchAll(/\b(?:from|import) ?["'](\.\.?\/[^"']+)["']/g))
      found.add(new URL(path ?? '', href).href);
  }
  return [...found].map((href) => href.slice(DIST.href.length));
}

function chunk(name: string): URL {
  const file = readdirSync(new URL('chunks/', DIST)).find((file) => file.startsWith(`${name}-`));
  return new URL(`chunks/${file}`, DIST);
}

test('the first picture waits for a handful of files, a command for scripts for fewer', () => {
  const program = new URL('elastic-tui.js', DIST);
  const picture = loadedWith([program, chunk('screen-parts')]);
  expect(picture.map((file) => file.replace(/-.{8}\.js$/, '')).sort()).toEqual([
    'chunks/commands',
    'chunks/master',
    'chunks/program',
    'chunks/rolldown-runtime',
    'chunks/screen',
    'chunks/screen-parts',
    'elastic-tui.js',
  ]);
  const status = loadedWith([program, chunk('run-script'), chunk('status')]);
  expect(status.filter((file) => /master|screen|undici|winston/.test(file))).toEqual([]);
  expect(status.length).toBeLessThan(picture.length);
});
