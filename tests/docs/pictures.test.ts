import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { en } from '#ui/i18n/en.ts';
import { VIEW_IDS } from '#ui/views/view.ts';

const ROOT = new URL('../../', import.meta.url);
const textOf = (path: string) => readFile(new URL(path, ROOT), 'utf8');

test('there is a picture of every view, of what lies over one, and of the wall, and the gallery shows each', async () => {
  const gallery = await textOf('docs/screens.md');
  const shown = [...gallery.matchAll(/\]\(screens\/([\w-]+)\.svg\)/g)].map(([, name]) => name);
  expect(shown).toEqual(expect.arrayContaining([...VIEW_IDS, 'form', 'palette', 'help', 'wall']));
  const files = await readdir(new URL('docs/screens', ROOT));
  expect(files.sort()).toEqual(shown.map((name) => `${name}.svg`).sort());
});

test.each(VIEW_IDS)(
  'the picture of %s is one of the program as it is: its tabs have the names of today',
  async (view) => {
    const svg = await textOf(`docs/screens/${view}.svg`);
    for (const id of VIEW_IDS) expect(svg).toContain(en[`view.${id}`]);
  },
);

test('what the README and the documents name is there', async () => {
  const documents = (await readdir(new URL('docs', ROOT))).filter((name) => name.endsWith('.md'));
  const missing: string[] = [];
  for (const path of ['README.md', ...documents.map((name) => `docs/${name}`)]) {
    for (const [, target = ''] of (await textOf(path)).matchAll(/\]\(([^)#\s]+)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      if (!existsSync(new URL(target, new URL(path, ROOT)))) missing.push(`${target} in ${path}`);
    }
  }
  expect(missing).toEqual([]);
});
