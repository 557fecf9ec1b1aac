import { afterEach, describe, expect, test } from 'vitest';
import type { Event } from '#model/events.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { NOW, snapshotOf } from './fleet.ts';
import { goldenFleet } from './golden-fleet.ts';
import type { Screen } from './screen.tsx';
import { sharedWords, unknownWords, wordsOfFleet } from './spanish-words.ts';
import { openSized } from './view-context.ts';

/** The screens beyond the golden ones, which are judged in their own test: what is asked, refused, missing, or told once. */
const WALK: readonly (readonly [keys: readonly string[], shows: string])[] = [
  [['/', 'z', 'z', 'enter'], 'Ningún nodo'],
  [['esc', 'y'], 'copiado'],
  [['d'], '¿Retirar un nodo?'],
  [['esc', 'j', 'j', 'enter', 'G'], 'Sucesos'],
  [['esc', '2', 'y'], 'nada que copiar'],
  [['?'], 'cierra'],
  [['x', '3', 'enter'], 'night-sweep'],
  [['c'], '¿Anular un lote?'],
  [['esc', 'r'], '¿Repetir un lote?'],
  [['esc', 'e'], '¿Exportar tareas?'],
  [['tab', 'enter'], 'Exportado a'],
  [['x', 'a'], 'no es un barrido'],
  [['x', 'j', 'c'], '¿Anular una tarea?'],
  [['esc', '/', ...'broken', 'enter', 'r'], '¿Repetir una tarea?'],
  [['esc', 'enter'], 'Intentos'],
  [['esc', 'esc', '/', ...'zzz', 'enter'], 'Ninguna tarea coincide'],
  [['esc', '/', ...'retry', 'enter', 'enter'], 'tras un fallo'],
  [['esc', 'esc', '?'], 'cierra'],
  [['x', 'n', 'down', 'right', 'right'], '2 de'],
  [['down', 'right'], 'gpu'],
  [['down', 'ctrl-u', ...'1..20'], '20 tareas'],
  [['down', 'ctrl-u'], 'falta'],
  [['down', 'ctrl-u', ...'-1'], 'demasiado'],
  [['down', 'down', 'down', 'down', 'right'], 'reintentos'],
  [['esc', '4', 'G', 'e'], 'solo en su archivo'],
  [['esc', '/', ...'zzz', 'enter'], 'Ninguna clave'],
  [['esc', '?'], 'cierra'],
  [['x', '5', '/', ...'zzz', 'enter'], 'Ninguna línea coincide'],
  [['esc', '?'], 'cierra'],
  [['x', ':', ...'zzz'], 'nada se llama así'],
  [['esc', '1', 's'], 'consola'],
];

/** What is told of a fleet in trouble: problems, drained, set aside, and refused workers. */
function troubled(): Snapshot {
  const events: Event[] = [
    { type: 'worker-drained', at: NOW, workerId: 'worker-05', drained: true, restored: false },
    { type: 'problem', at: NOW, id: 'state-file', message: '/srv/prod/logs/worker_state.json' },
    { type: 'problem', at: NOW, id: 'task-database', message: '/srv/prod/logs' },
  ];
  return snapshotOf(events, goldenFleet());
}

let screen: Screen | undefined;
afterEach(() => screen?.close());

describe('in Spanish', () => {
  test('every word on the screen is of the Spanish texts, or comes with the fleet', async () => {
    const fleet = troubled();
    const known = wordsOfFleet(fleet);
    screen = await openSized(fleet, {
      columns: 150,
      rows: 50,
      language: 'es',
      dispatch: async () => ({ file: '/srv/prod/logs' }),
    });
    const found: string[] = [];
    for (const [keys, shows] of WALK) {
      await screen.press(...keys);
      const text = await screen.frame(shows, (frame) => frame.includes(shows));
      found.push(...unknownWords(text, known).map((word) => `${word} (${shows})`));
    }
    expect(found).toEqual([]);
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
    expect(sharedWords()).toEqual([]);
  });
});
