import { afterEach, describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import { EMPTY_SNAPSHOT, type Snapshot } from '#model/snapshot.ts';
import { spokenScreen } from '#ui/reader/spoken-screen.ts';
import { VIEW_IDS } from '#ui/views/view.ts';
import { PLAIN_STATE } from './desk.ts';
import { type Emulated, openEmulated } from './emulated.ts';
import { NOW, snapshotOf } from './fleet.ts';
import { goldenFleet } from './golden-fleet.ts';
import { sharedWords, unknownWords, wordsIn, wordsOfFleet, wordsOfLog } from './spanish-words.ts';
import { contextOf } from './view-context.ts';

const CLEAR = '\u0015';
const ESCAPE = '\u001b';
const DOWN = '\u001b[B';
const RIGHT = '\u001b[C';

/** The screens beyond the golden ones, which are judged in their own test: what is asked, refused, missing, or told once. */
const WALK: readonly (readonly [keys: string, shows: string])[] = [
  ['/zz\r', 'Ningún nodo'],
  [`/${CLEAR}\ry`, 'copiado'],
  ['d', '¿Retirar un nodo?'],
  ['\rjj\rG', 'Sucesos'],
  ['2y', 'nada que copiar'],
  ['?', 'cierra'],
  ['x3\r', '− '],
  ['c', '¿Anular un lote?'],
  ['\rr', '¿Repetir un lote?'],
  ['\re', '¿Exportar tareas?'],
  ['\t\r', 'Exportado a'],
  ['xjc', '¿Anular una tarea?'],
  ['\r/broken\rr', '¿Repetir una tarea?'],
  ['\r\r', 'Intentos'],
  [`${ESCAPE}/${CLEAR}zzz\r`, 'Ninguna tarea coincide'],
  [`/${CLEAR}retry\r\r`, 'tras un fallo'],
  ['?', 'cierra'],
  [`xn${DOWN}${RIGHT}${RIGHT}`, 'esperará a worker-02'],
  [`${DOWN}${RIGHT}`, '▸ etiquetas'],
  [`${DOWN}${CLEAR}1..20`, '20 tareas'],
  [`${DOWN}${CLEAR}`, 'falta'],
  [`${DOWN}${CLEAR}-1`, 'demasiado'],
  [`${DOWN}${DOWN}${DOWN}${DOWN}${RIGHT}`, 'tiempo límite  '],
  [`${ESCAPE}4Ge`, 'solo en su archivo'],
  [`/${CLEAR}zzz\r`, 'Ninguna clave'],
  ['?', 'cierra'],
  ['x5/zzz\r', 'Ninguna línea coincide'],
  ['?', 'cierra'],
  ['x:zzz', 'nada se llama así'],
];

/** The same in both languages: terms of the field, names of keys, files, programs and units, and words that are words in both. */
const SAME = wordsIn(
  `/min /status ascii benchmark benchmarks config_workers.json cpu csv cython debug docker elastic-tui env error exports/
  false http HTTP_TIMEOUT id info ip json logs/ min never ORCHESTRATOR_MAX_CONCURRENT_TASKS p50 p95 p99 pager pid ping pings
  python terminal token true warn
  enter esc fg tab i j/k l n
  a cursor decide en local no prio`,
);

/** What is told of a fleet in trouble: problems, drained, set aside, and refused workers. */
function troubled(): Snapshot {
  const events: Event[] = [
    { type: 'worker-drained', at: NOW, workerId: 'worker-05', drained: true, restored: false },
    {
      type: 'problem-raised',
      at: NOW,
      id: 'state-file',
      message:
        'Cannot write /srv/prod/logs/worker_state.json: a device or a pipe stands there, which is never replaced. ' +
        'Free the disk or make the folder writable; it is tried every 10 s, and until then the file is out of date',
    },
    {
      type: 'problem-raised',
      at: NOW,
      id: 'configuration',
      message:
        '/srv/prod/.env: HTTP_TIMEOUT is "x"; expected a whole number from 1 to 3600. What was read before stays in force',
    },
  ];
  return snapshotOf(events, goldenFleet());
}

let screen: Emulated | undefined;
afterEach(() => screen?.close());

describe('in Spanish', () => {
  test('every word on the screen is of the Spanish texts, or comes with the fleet', async () => {
    const fleet = troubled();
    const known = wordsOfFleet(fleet);
    const typed = wordsIn('zz zzz x');
    screen = openEmulated(fleet, {
      columns: 150,
      rows: 50,
      start: { language: 'es' },
      answer: { file: '/srv/prod/logs' },
    });
    const found: string[] = [];
    for (const [keys, shows] of WALK) {
      screen.type(keys);
      const text = await screen.sees(shows, (frame) => frame.includes(shows));
      found.push(...unknownWords(text, known, typed).map((word) => `${word} (${shows})`));
    }
    expect(found).toEqual([]);
  });

  test.each([...VIEW_IDS, 'wall'] as const)('every word for a screen reader is too: %s', (place) => {
    const fleet = troubled();
    const state =
      place === 'wall'
        ? { ...PLAIN_STATE, wall: { since: NOW, rotateMs: null } }
        : { ...PLAIN_STATE, view: place };
    const sentences = spokenScreen(state, contextOf(fleet, { columns: 100, rows: 40, language: 'es' }));
    expect(sentences).toContain(
      'configuración: /srv/prod/.env: HTTP_TIMEOUT es "x"; se esperaba un número entero de 1 a 3600. Sigue en vigor lo leído antes',
    );
    // The log has in English what is wrong, and so it counts only where it is read.
    const log = wordsOfLog(place === 'logs' ? fleet : EMPTY_SNAPSHOT);
    expect(unknownWords(sentences.join('\n'), wordsOfFleet(fleet), log, wordsIn('x'))).toEqual([]);
  });

  test('a text that nobody translated would be found, whether it is among the texts or not', () => {
    const known = wordsOfFleet(goldenFleet());
    expect(unknownWords('Nodos healthy  Something new  worker-01', known)).toEqual([
      'healthy',
      'something',
      'new',
    ]);
  });

  // A text that stands among the Spanish ones in English would show itself by its words.
  test('no word is shared with the English texts but these', () => {
    expect(sharedWords().filter((word) => !SAME.has(word))).toEqual([]);
  });
});
