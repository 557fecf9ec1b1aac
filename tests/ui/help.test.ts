import { expect, test } from 'vitest';
import { helpOf } from '#ui/app-state.ts';
import { LANGUAGES } from '#ui/i18n/translate.ts';
import { helpLines } from '#ui/overlays/help.ts';
import { VIEW_IDS } from '#ui/views/view.ts';
import { openDesk } from './desk.ts';
import { exampleFleet } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

test.each(LANGUAGES)('what a key does is told whole, also in two columns, in %s', (language) => {
  const state = openDesk(exampleFleet()).state();
  for (const columns of [80, 120]) {
    const context = contextOf(exampleFleet(), { columns, rows: 100, language });
    for (const view of VIEW_IDS) {
      const lines = helpLines(helpOf({ ...state, view }), 0, context).map((line) => textOf(line).trimEnd());
      expect(lines.filter((text) => text.length > columns || text.includes('…'))).toEqual([]);
    }
  }
});

test('any key closes it, and one that means the same everywhere does its work as well', () => {
  const desk = openDesk(exampleFleet());
  for (const [key, view] of [
    ['x', 'workers'],
    ['d', 'workers'],
    ['3', 'tasks'],
    ['tab', 'configuration'],
  ] as const) {
    desk.press('?');
    expect(desk.state().overlay?.kind).toBe('help');
    desk.press(key);
    expect([desk.state().overlay, desk.state().view]).toEqual([null, view]);
  }
});
