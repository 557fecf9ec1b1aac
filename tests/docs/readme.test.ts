import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { en } from '#ui/i18n/en.ts';
import { translator } from '#ui/i18n/translate.ts';
import { COMMAND_KEYMAP } from '#ui/keys/command-keymap.ts';
import { GLOBAL_KEYMAP } from '#ui/keys/global-keymap.ts';
import { type Keymap, shownKeys } from '#ui/keys/keymap.ts';
import { FILTER_KEYMAP } from '#ui/list/filter-edit.ts';
import { LIST_KEYMAP } from '#ui/list/list-state.ts';
import { DIALOG_KEYMAP } from '#ui/overlays/dialog.ts';
import { FORM_KEYMAP } from '#ui/overlays/form/form-keymap.ts';
import { PALETTE_KEYMAP } from '#ui/overlays/palette/palette-state.ts';
import type { ViewId } from '#ui/views/view.ts';
import { keymapOf } from '#ui/views/views.ts';

const README = new URL('../../README.md', import.meta.url);
const SECTION = /(<!-- keys:[^>]*-->\n)[\s\S]*(<!-- \/keys -->)/;

function rows(where: string, keymap: Keymap): string[] {
  return keymap.map(
    (binding) => `| ${where} | \`${shownKeys(binding, translator('en'))}\` | ${en[binding.label]} |`,
  );
}

function keyTable(): string {
  const ofLists = new Set<string>(LIST_KEYMAP.map(({ action }) => action));
  const ownOf = (view: ViewId) => keymapOf(view).filter(({ action }) => !ofLists.has(action));
  return [
    '| where | key | what it does |',
    '|---|---|---|',
    ...rows('everywhere', GLOBAL_KEYMAP),
    ...COMMAND_KEYMAP.map(({ label }) => `| in the palette | \`:\` | ${en[label]} |`),
    ...rows('in lists', LIST_KEYMAP),
    ...rows('in the workers', ownOf('workers')),
    ...rows('in the statistics', ownOf('statistics')),
    ...rows('in the tasks', ownOf('tasks')),
    ...rows('in the configuration', ownOf('configuration')),
    ...rows('in the logs', ownOf('logs')),
    ...rows('in the form', FORM_KEYMAP),
    ...rows('while a filter is typed', FILTER_KEYMAP),
    ...rows('in a question', DIALOG_KEYMAP),
    ...rows('in the palette', PALETTE_KEYMAP),
    '',
  ].join('\n');
}

/** `UPDATE_README=1 npx vitest run tests/docs` writes the table instead of comparing it. */
test('the key table of the README is the one that the keymaps make', async () => {
  const readme = await readFile(README, 'utf8');
  expect(readme).toMatch(SECTION);
  const expected = readme.replace(SECTION, (_, start: string, end: string) => `${start}${keyTable()}${end}`);
  if (process.env.UPDATE_README) await writeFile(README, expected);
  else expect(readme).toBe(expected);
});
