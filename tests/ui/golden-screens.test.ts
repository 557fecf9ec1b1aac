import { afterEach, describe, expect, test } from 'vitest';
import { translator } from '#ui/i18n/translate.ts';
import { toAscii } from '#ui/theme/glyphs.ts';
import { type Emulated, openEmulated } from './emulated.ts';
import { goldenFleet } from './golden-fleet.ts';
import { LOOKS, type Look, reviewed, WALK } from './golden-walk.ts';
import { unknownWords, wordsOfFleet, wordsOfLog } from './spanish-words.ts';

/** At this width the walk is taken in ASCII as well. */
const ALSO_IN_ASCII = 80;
/** In a smaller window most words are cut off. */
const WHOLE_WORDS = 80;

let screens: Emulated[] = [];
afterEach(async () => {
  await Promise.all(screens.map((screen) => screen.close()));
  screens = [];
});

/** What was seen, by the name of the step. */
const seen = new Map<string, string[]>(WALK.map(({ name }) => [name, []]));

describe.each(LOOKS)('at $columns × $rows in $language', (look) => {
  test('every screen comes up in a terminal, in ASCII the same, in Spanish in Spanish', () => walk(look));
});

// One file a screen, in all windows and both languages: what a change of that screen does is seen in one place.
test.each(WALK)('the screen $name is as it was reviewed', async ({ name }) => {
  const looks = seen.get(name) ?? [];
  expect(looks).toHaveLength(LOOKS.length);
  await expect(looks.join('\n')).toMatchFileSnapshot(`golden/${name}.txt`);
});

async function walk(look: Look): Promise<void> {
  const { columns, rows, language } = look;
  const t = translator(language);
  const fleet = goldenFleet();
  const known = wordsOfFleet(fleet);
  const unknown: string[] = [];
  const open = (ascii: boolean) => {
    const screen = openEmulated(fleet, { columns, rows, start: { language, ascii } });
    screens.push(screen);
    return screen;
  };
  const screen = open(false);
  const plain = columns === ALSO_IN_ASCII ? open(true) : null;
  for (const { name, keys, shows, tiny } of WALK) {
    screen.type(keys);
    plain?.type(keys);
    const test = columns < WHOLE_WORDS ? tiny : shows;
    const text = await screen.sees(name, (frame) => test(frame, t));
    seen.get(name)?.push(reviewed(look, screen.lines()));
    if (language === 'es' && columns >= WHOLE_WORDS) {
      // Log lines are English; what stands around them is not.
      const [head = '', body = '', foot = ''] = text.split(/\n─+\n/);
      const log = name.startsWith('logs') ? [wordsOfLog(fleet)] : [];
      const words = [...unknownWords(`${head}\n${foot}`, known), ...unknownWords(body, known, ...log)];
      unknown.push(...words.map((word) => `${word} in ${name}`));
    }
    const ascii = screen.lines().map((line) => toAscii(line).trimEnd());
    await plain?.sees(`${name} in ASCII`, (frame) => frame === ascii.join('\n'));
  }
  expect(unknown).toEqual([]);
}
