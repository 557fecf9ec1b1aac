import { afterEach, describe, expect, test } from 'vitest';
import { valuesOf } from '#model/ring.ts';
import { en } from '#ui/i18n/en.ts';
import { es } from '#ui/i18n/es.ts';
import { busyHour } from './busy-hour.ts';
import type { Screen } from './screen.tsx';
import { openSized } from './view-context.ts';

/**
 * Words as a reader sees them: `worker-01`, `/status` and `benchmark.py` are one each, and not the words in them.
 * A word that was cut off is none.
 */
const WORD = /[\p{L}\d/_][\p{L}\d/_.:@-]*/gu;

function wordsIn(text: string): Set<string> {
  const words = text.replaceAll(/\{\w+\}|\S+…/g, ' ').match(WORD) ?? [];
  return new Set(
    words.map((word) => word.toLowerCase().replace(/[.:]+$/, '')).filter((word) => /\p{L}/u.test(word)),
  );
}

const spanish = wordsIn(Object.values(es).join('\n'));
const onlyEnglish = new Set([...wordsIn(Object.values(en).join('\n'))].filter((word) => !spanish.has(word)));

/** The words of a text that occur in the English texts alone, but for those that are English on purpose. */
function englishIn(text: string, ...allowed: ReadonlySet<string>[]): string[] {
  return [...wordsIn(text)].filter(
    (word) => onlyEnglish.has(word) && !ALLOWED.has(word) && !allowed.some((words) => words.has(word)),
  );
}

/** English on purpose. */
const ALLOWED = new Set([
  // What went wrong, as the master or a worker worded it: `no answer within 60 s`.
  ...wordsIn('no answer within'),
  // A unit, the same in both: `3 min`.
  'min',
  // The names of keys.
  ...wordsIn('enter home end ctrl shift'),
]);

const WALK: readonly (readonly [keys: readonly string[], shows: string])[] = [
  [[], 'ÚLTIMOS PINGS'],
  [['j', 'enter'], 'Última respuesta'],
  [['esc', '/', 'z', 'enter'], 'Ningún nodo'],
  [['esc', '?'], 'En todas partes'],
  [['x', 'q'], '¿Salir?'],
  [['esc', '2'], 'Plazas ocupadas'],
  [['?'], 'cierra'],
  [['x', '3'], 'BENCHMARK'],
  [['enter'], 'volver'],
  [['esc', '?'], 'cierra'],
  [['x', 'n'], 'Tarea nueva'],
  [['esc', '4'], 'SIGNIFICADO'],
  [['enter'], 'Tiene efecto'],
  [['e', 'x'], 'no es posible'],
  [['esc', 'esc', 'G', 'e'], 'solo en su archivo'],
  [['enter'], 'Significado'],
  [[':'], 'escriba lo que'],
  [['esc', 'w'], 'nodos sanos'],
  [['w', '1', 'p', 'i', ' '], 'problemas primero'],
  [['y'], 'copiado'],
  [['2', 'y'], 'nada que copiar'],
  [['4'], 'Significado'],
  [['esc', '/', 'zzz', 'enter'], 'Ninguna clave'],
];

let screen: Screen | undefined;
afterEach(() => screen?.close());

describe('in Spanish', () => {
  test('no frame has a word that occurs in the English texts alone', async () => {
    // Problems are left out: their messages are English, as in the log.
    screen = await openSized(busyHour(), { columns: 150, rows: 50, language: 'es' });
    const { entries = [], warnings = [] } = busyHour().settings ?? {};
    const configured = wordsIn(
      [...warnings, ...entries.flatMap(({ key, value }) => [key, value])].join('\n'),
    );
    const found: string[] = [];
    for (const [keys, shows] of WALK) {
      await screen.press(...keys);
      const text = await screen.frame(shows, (frame) => frame.includes(shows));
      found.push(...englishIn(text, configured).map((word) => `${word} (${shows})`));
    }
    expect(found).toEqual([]);
  });

  test('the logs are English in their lines alone', async () => {
    screen = await openSized(busyHour(), { columns: 150, rows: 50, language: 'es' });
    const logged = wordsIn(
      valuesOf(busyHour().log)
        .map(({ level, message, fields }) => `${level} ${message} ${JSON.stringify(fields)}`)
        .join('\n'),
    );
    await screen.press('5');
    const list = await screen.frame('the log', (frame) => frame.includes('siguiendo'));
    await screen.press('k', 'enter');
    const details = await screen.frame('a line', (frame) => frame.includes('Hora '));
    const [head = '', ...rest] = `${list}\n${details}`.split(/\n─+\n/);
    expect(englishIn(head)).toEqual([]);
    expect(englishIn(rest.join('\n'), logged)).toEqual([]);
  });

  test('the comparison would find a text that was not translated', () => {
    for (const word of ['workers', 'statistics', 'healthy', 'following', 'seconds', 'quit']) {
      expect(onlyEnglish).toContain(word);
    }
  });
});
