import { describe, expect, test } from 'vitest';
import { translator } from '#ui/i18n/translate.ts';
import { COMMAND_KEYMAP } from '#ui/keys/command-keymap.ts';
import { GLOBAL_KEYMAP } from '#ui/keys/global-keymap.ts';
import { fuzzyMatch } from '#ui/overlays/palette/fuzzy.ts';
import { foundEntries, paletteEntries } from '#ui/overlays/palette/palette-entries.ts';
import { paletteLines } from '#ui/overlays/palette/palette-lines.ts';
import { OPEN_PALETTE, pressInPalette } from '#ui/overlays/palette/palette-state.ts';
import { VIEW_IDS } from '#ui/views/view.ts';
import { keymapOf } from '#ui/views/views.ts';
import { exampleFleet } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const t = translator('en');
const entries = paletteEntries({ view: 'workers', keymapOf, readonly: false, t });
const labels = (query: string) => foundEntries(entries, query).map(({ entry }) => entry.label);

describe('fuzzy search', () => {
  test('finds letters in order, case and accents aside', () => {
    expect(fuzzyMatch('cfg', 'Configuration')?.positions).toEqual(new Set([0, 3, 5]));
    expect(fuzzyMatch('configuracion', 'Configuración')).not.toBeNull();
    expect(fuzzyMatch('gfc', 'Configuration')).toBeNull();
  });

  test('likes letters in a row and at the beginning of words better', () => {
    const score = (query: string, text: string) => fuzzyMatch(query, text)?.score ?? -1;
    expect(score('dark', 'theme: dark')).toBeGreaterThan(score('dark', 'd a r k'));
    expect(score('hp', 'half page')).toBeGreaterThan(score('hp', 'sharp ship'));
  });

  test('wants every word, in any order', () => {
    expect(fuzzyMatch('dark theme', 'theme: dark')).not.toBeNull();
    expect(fuzzyMatch('dark light', 'theme: dark')).toBeNull();
  });
});

describe('the palette', () => {
  test('has every action of every keymap, with its key beside it', () => {
    const shown = new Set(entries.map(({ label }) => label));
    const keymaps = [...VIEW_IDS.map(keymapOf), GLOBAL_KEYMAP, COMMAND_KEYMAP].flat();
    const missing = keymaps.filter(({ action, label }) => action !== 'palette' && !shown.has(t(label)));
    expect(missing).toEqual([]);
    expect(entries.find(({ label }) => label === 'new task')?.keys).toBe('n');
  });

  test.each([
    ['workers', ['details', 'drain / use again', 'shell on the worker', 'filter']],
    ['logs', ['details', 'bottom, and follow', 'filter']],
  ] as const)('begins in %s with what is done there, and ends with what only moves about', (view, first) => {
    const own = paletteEntries({ view, keymapOf, readonly: false, t }).map(({ label }) => label);
    expect(own.slice(0, first.length)).toEqual(first);
    const moves = ['down', 'up', 'top', 'half a page down', 'next view', 'back'];
    const doing = ['new task', 'theme: dark', 'export batch or all as JSON'];
    const place = (label: string) => own.indexOf(label);
    expect(Math.min(...moves.map(place))).toBeGreaterThan(Math.max(...doing.map(place)));
  });

  test('offers nothing that changes something while that is switched off', () => {
    const looking = paletteEntries({ view: 'workers', keymapOf, readonly: true, t });
    expect(looking.map(({ label }) => label)).not.toContain('new task');
  });

  test('finds the best first', () => {
    expect(labels('dark')[0]).toBe('theme: dark');
    expect(labels('least level')[0]).toBe('least level');
    // The name of the view that it is done in helps to find it.
    expect(labels('logs least')).toEqual(['least level']);
    expect(labels('xyzzy')).toEqual([]);
  });

  test('moves, runs, erases and closes', () => {
    const typed = ['d', 'a', 'r', 'k'].reduce((state, key) => {
      const next = pressInPalette(state, key, entries);
      return typeof next === 'object' && 'query' in next ? next : state;
    }, OPEN_PALETTE);
    expect(typed).toEqual({ query: 'dark', index: 0 });
    expect(pressInPalette(typed, 'enter', entries)).toEqual({ command: 'theme-dark' });
    expect(pressInPalette(typed, 'backspace', entries)).toEqual({ query: 'dar', index: 0 });
    expect(pressInPalette(typed, 'esc', entries)).toBe('closed');
    expect(pressInPalette(OPEN_PALETTE, 'backspace', entries)).toBe('closed');
    expect(pressInPalette(OPEN_PALETTE, 'up', entries)).toEqual(OPEN_PALETTE);
    expect(pressInPalette(OPEN_PALETTE, 'down', entries)).toEqual({ query: '', index: 1 });
    const end = pressInPalette({ query: '', index: entries.length - 1 }, 'down', entries);
    expect(end).toEqual({ query: '', index: entries.length - 1 });
    const none = { query: 'xyzzy', index: 0 };
    expect(pressInPalette(none, 'enter', entries)).toEqual(none);
  });

  test.each(['en', 'es'] as const)(
    'shows at 80 columns every action and all its keys whole, in %s',
    (language) => {
      const words = translator(language);
      const all = paletteEntries({ view: 'workers', keymapOf, readonly: false, t: words });
      const context = contextOf(exampleFleet(), { columns: 80, rows: all.length + 2, language });
      const rows = paletteLines(OPEN_PALETTE, all, context).map(textOf).slice(2);
      for (const [index, { label, keys }] of all.entries()) {
        expect(rows[index]?.slice(3).startsWith(`${label} `)).toBe(true);
        expect(rows[index]?.endsWith(keys)).toBe(true);
        expect(rows[index]?.length).toBeLessThanOrEqual(80);
      }
    },
  );

  test('cuts no key where it cuts an action, in a window of any width that has room for keys', () => {
    for (let columns = 40; columns < 80; columns += 1) {
      const context = contextOf(exampleFleet(), { columns, rows: entries.length + 2 });
      const rows = paletteLines(OPEN_PALETTE, entries, context).map(textOf).slice(2);
      for (const [index, { keys }] of entries.entries()) expect(rows[index]?.endsWith(keys)).toBe(true);
      for (const row of rows) expect(row.length).toBeLessThanOrEqual(columns);
    }
  });

  test('shows the end of a long query, which is where it is written', () => {
    const query = `${'theme '.repeat(20)}the end`;
    for (const columns of [20, 80]) {
      const [head] = paletteLines(
        { query, index: 0 },
        entries,
        contextOf(exampleFleet(), { columns, rows: 9 }),
      );
      expect(textOf(head ?? [])).toMatch(/^ :….*the end $/);
      expect(textOf(head ?? [])).toHaveLength(columns);
    }
  });

  test('keeps the chosen entry on the screen in a window of any height', () => {
    for (const rows of [2, 3, 5, 20]) {
      for (const index of [0, 7, entries.length - 1]) {
        const context = contextOf(exampleFleet(), { columns: 60, rows });
        const lines = paletteLines({ query: '', index }, entries, context).map(textOf);
        expect(lines.length).toBeLessThanOrEqual(rows);
        expect(lines.join('\n')).toContain(`▸ ${entries[index]?.label}`);
      }
    }
  });
});
