import { afterEach, describe, expect, test } from 'vitest';
import type { UiPreferences } from '#ui/app.tsx';
import { exampleFleet } from './fleet.ts';
import type { Screen, ScreenOptions } from './screen.tsx';
import { openSized } from './view-context.ts';

let screen: Screen | undefined;
afterEach(() => screen?.close());

async function open(over: Partial<ScreenOptions> = {}): Promise<Screen> {
  screen = await openSized(exampleFleet(), { columns: 100, rows: 30, ...over });
  return screen;
}

const shows = (part: string) => (text: string) => text.includes(part);

describe('the command palette', () => {
  test('does what the key of an entry does, also in another view', async () => {
    const { press, frame } = await open();
    await press(':', ...'least level', 'enter');
    await frame('the logs at another level', shows('≥ info'));
    await press(':', ...'new task');
    await frame('the entry', shows('▸ new task'));
    await press('enter');
    await frame('the form', shows('how many'));
  });

  test('closes with esc and leaves the view as it was', async () => {
    const { press, frame, text } = await open();
    const before = text();
    await press(':', ...'quit');
    await frame('the palette', shows(':quit'));
    await press('esc');
    await frame('the view', (frameText) => frameText === before);
  });

  test('takes pasted text as text', async () => {
    const { press, frame } = await open();
    await press(':');
    await frame('the palette', shows('type what you want to do'));
    await press('\u001b[200~theme dark\u001b[201~');
    await frame('the entry', shows('▸ theme: dark'));
  });

  test('changes theme, glyphs and language at once, and remembers them', async () => {
    const remembered: unknown[] = [];
    const preferences: Partial<UiPreferences> = {
      rememberTheme: (theme) => remembered.push(theme),
      rememberAscii: (ascii) => remembered.push(ascii),
      rememberLanguage: (language) => remembered.push(language),
    };
    const { press, frame } = await open({ preferences });
    await press(':', ...'high contrast', 'enter', ':', ...'glyphs', 'enter');
    await frame('ASCII', shows('* active'));
    await press(':', ...'spanish', 'enter');
    await frame('Spanish', shows('* activo'));
    expect(remembered).toEqual(['high-contrast', true, 'es']);
  });

  test('opens over nothing that is being typed', async () => {
    const { press, frame } = await open();
    await press('/', ':');
    await frame('the filter', shows('/:'));
  });
});
