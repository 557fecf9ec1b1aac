import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createBus } from '#bus/bus.ts';
import { changesBetween } from '#configuration/after-restart.ts';
import { editSetting } from '#configuration/edit-setting.ts';
import { loadSettings } from '#configuration/settings.ts';
import { watchSettings } from '#configuration/watch.ts';
import { messageOf } from '#model/errors.ts';
import type { Event } from '#model/events.ts';
import { openTaskStore } from '#persistence/task-store.ts';
import { readStateFile } from '#persistence/worker-state-file.ts';
import { createStateFileWriter } from '#persistence/worker-state-writer.ts';
import { spanish } from '#ui/i18n/said.ts';
import { saidEs } from '#ui/i18n/said-es.ts';
import { errorsOf, folderWith, load, type Written } from '../configuration/written.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { scene as logScene } from '../logging/scene.ts';
import { insertTasks, newTask } from '../persistence/new-task.ts';
import { openStore, THREAD_URL } from '../persistence/opened.ts';
import { exampleFleet, NOW } from './fleet.ts';

const wordsOf = (text: string) => text.match(/(?<![\p{L}\d_./-])\p{L}+(?![\p{L}\d_/-])/gu) ?? [];
const spanishWords = new Set(Object.values(saidEs).flatMap(wordsOf));
/** The words of our English sentences that no Spanish one has. */
const englishWords = new Set(
  Object.keys(saidEs)
    .flatMap(wordsOf)
    .filter((word) => !spanishWords.has(word)),
);

/** What a reader of Spanish is told; fails where a word of it is English. */
function said(english: string): string {
  const text = spanish()(english);
  expect(
    wordsOf(text).filter((word) => englishWords.has(word)),
    text,
  ).toEqual([]);
  expect(text).not.toBe(english);
  return text;
}

/** What was thrown, as a screen is given it. */
async function refusalOf(promise: Promise<unknown>): Promise<string> {
  const [result] = await Promise.allSettled([promise]);
  return result.status === 'rejected' ? messageOf(result.reason) : 'it did not fail';
}

function raised(events: readonly Event[]): string | null {
  const event = events.find(({ type }) => type === 'problem-raised');
  return event?.type === 'problem-raised' ? event.message : null;
}

test('words of both languages are told apart', () => {
  for (const word of ['is', 'expected', 'cannot', 'written', 'the', 'missing', 'worker', 'file'])
    expect(englishWords).toContain(word);
});

describe('what is wrong with configuration files is said in Spanish', () => {
  const worker = { id: 'w-1', ip: '10.0.0.1' };
  test.each<readonly [string, Written, string]>([
    [
      'a number of .env',
      { dotenv: 'ELASTIC_MAX_PING_FAILURES=abc\n' },
      '.env: ELASTIC_MAX_PING_FAILURES es "abc"; se esperaba un número entero de 1 a 1000',
    ],
    [
      'seconds of the environment',
      { environment: { ELASTIC_PING_INTERVAL: '-1' } },
      'variable de entorno ELASTIC_PING_INTERVAL es "-1"; se esperaba un número de segundos de 0.01 a 86400, como 5 o 0.5',
    ],
    [
      'a bound that may be lifted',
      { dotenv: 'TASK_RETENTION_DAYS=x\n' },
      '.env: TASK_RETENTION_DAYS es "x"; se esperaba un número entero de 1 a 36500, o never',
    ],
    [
      'a file that is no JSON',
      { json: '{"workers": [}' },
      `config_workers.json es JSON no válido (línea 1, columna 14: signo inesperado '}'); se esperaba un objeto JSON`,
    ],
    [
      'half a file',
      { json: '{"workers": [' },
      'config_workers.json es JSON no válido (línea 1, columna 14: acaba antes de tiempo); se esperaba un objeto JSON',
    ],
    [
      'a port',
      { json: { workers: [{ ...worker, port: 99_999 }] } },
      'config_workers.json: workers[0].port es 99999; se esperaba un número entero de 1 a 65535',
    ],
    [
      'no id',
      { json: { workers: [{ ip: '10.0.0.1' }] } },
      'config_workers.json: workers[0].id falta; se esperaba de 1 a 64 caracteres imprimibles',
    ],
    [
      'a list in place of an object',
      { json: { workers: [[]] } },
      'config_workers.json: workers[0] es una lista; se esperaba un objeto como {"id": "worker-01", "ip": "172.20.10.3", "port": 8080}',
    ],
    [
      'no address',
      { dotenv: 'WORKER_01_ID=w-1\n' },
      '.env: WORKER_01_IP falta; se esperaba la dirección de w-1: una dirección IP o un nombre de máquina, sin http:// y sin puerto',
    ],
    [
      'an id twice',
      { json: { workers: [worker, worker] } },
      'config_workers.json: workers[1].id es "w-1"; se esperaba otro id que el de config_workers.json: workers[0].id',
    ],
  ])('%s', async (_, written, expected) => {
    const [error = '', ...others] = await errorsOf(written);
    expect(others).toEqual([]);
    expect(said(error)).toBe(expected);
  });

  test('what only looks like a mistake', async () => {
    const { warnings } = await load({
      dotenv: 'ELASTIC_PING_INTERVALL=5\nELASTIC_PING_INTERVAL 5\nELASTIC_HEALTH_TIMEOUT=1\n',
      environment: { WORKER_LOGDIR: 'x' },
      json: { workers: [worker, { ...worker, id: 'w-2' }] },
    });
    expect(warnings).toHaveLength(5);
    for (const warning of warnings) said(warning);
  });

  test('several things while it is watched, each of them', async () => {
    const dir = await folderWith({ dotenv: 'LOG_LEVEL=info\n', json: { workers: [worker] } });
    const troubles: (string | null)[] = [];
    const clock = fakeClock();
    const loaded = await loadSettings({ dir, environment: {} });
    const watch = watchSettings({
      ...{ dir, environment: {}, clock, loaded, hints: () => () => {}, onSettings: () => {} },
      onTrouble: (trouble) => troubles.push(trouble),
    });
    onTestFinished(() => watch.close());
    await watch.look();
    await writeFile(
      join(dir, '.env'),
      'LOG_LEVEL=loud\nDEBUG_MODE=maybe\nELASTIC_SSH_USER=-x\nHTTP_TIMEOUT=0\n',
    );
    await watch.look();
    await writeFile(join(dir, '.env'), '');
    await writeFile(join(dir, 'config_workers.json'), '');
    await watch.look();
    // The same mistake in each of them, as a program makes it that writes the file.
    const wrong = Array.from({ length: 2_000 }, (_, index) => ({ ...worker, id: `w-${index}`, port: 'x' }));
    await writeFile(join(dir, '.env'), 'LOG_LEVEL=info\n');
    await writeFile(join(dir, 'config_workers.json'), JSON.stringify({ workers: wrong }));
    await watch.look();
    expect(troubles.map((trouble) => said(trouble ?? ''))).toEqual([
      '.env: HTTP_TIMEOUT es "0"; se esperaba un número de segundos de 0.01 a 3600, como 5 o 0.5. ' +
        '.env: ELASTIC_SSH_USER es "-x"; se esperaba el nombre de un usuario: letras, cifras y . _ - pero no al principio, o nada. ' +
        '.env: LOG_LEVEL es "loud"; se esperaba error, warn, info o debug. ' +
        '.env: DEBUG_MODE es "maybe"; se esperaba true o false',
      '.env es un texto vacío; se esperaba lo que había (o vuelva a arrancar para seguir sin ello). ' +
        'config_workers.json es un texto vacío; se esperaba lo que había (o vuelva a arrancar para seguir sin ello)',
      `${Array.from(
        { length: 8 },
        (_, index) =>
          `config_workers.json: workers[${index}].port es "x"; se esperaba un número entero de 1 a 65535`,
      ).join('. ')}. Otros errores: 1992`,
    ]);
  });

  test('a setting that cannot be edited', async () => {
    const dir = await folderWith({ dotenv: 'TASK_TIMEOUT=90\n' });
    const edit = (key: string, value: string, was: string, environment = {}) =>
      refusalOf(editSetting({ dir, environment, edit: { key, value, was } }));
    said(await edit('ELASTIC_LOG_FILE', 'x', 'logs/x'));
    said(await edit('TASK_TIMEOUT', '1', '90', { TASK_TIMEOUT: '5' }));
    said(await edit('TASK_TIMEOUT', 'soon', '90'));
    said(await edit('TASK_TIMEOUT', '1', '60'));
    await writeFile(join(dir, '.env'), 'LOG_LEVEL=loud\nDEBUG_MODE=maybe\n');
    expect(said(await edit('TASK_TIMEOUT', '1', '60')).split('\n')).toHaveLength(2);
  });

  test('what changed of a worker', async () => {
    const before = await load({ json: { workers: [worker] } });
    const after = await load({
      json: { workers: [{ ...worker, slots: 2, labels: ['gpu', 'ssd'], token_file: 't' }] },
    });
    const [change] = changesBetween(before, { ...after, entries: before.entries });
    expect(said(change?.to ?? '')).toBe('plazas 2, etiquetas gpu,ssd, un archivo de token');
  });
});

describe('what is wrong with the files of the master is said in Spanish', () => {
  test('a full task database', async () => {
    const path = join(await temporaryFolder(), 'tasks.sqlite');
    const store = await openStore(path, { maxPages: 40 });
    const long = newTask(1, { description: 'x'.repeat(500_000) });
    expect(said(await refusalOf(insertTasks(store, [long])))).toBe(
      `no queda espacio para la base de datos de tareas ${path}: libere espacio en ese disco; hasta entonces no se acepta ninguna tarea`,
    );
  });

  test('a task database of a newer version', async () => {
    const path = join(await temporaryFolder(), 'tasks.sqlite');
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 999');
    database.close();
    said(await refusalOf(openTaskStore({ path, threadUrl: THREAD_URL })));
  });

  test('a state file that cannot be written, nor read', async () => {
    const folder = await temporaryFolder();
    const bus = createBus();
    const events: Event[] = [];
    bus.subscribe((event) => events.push(event));
    const settings = { healthCheckIntervalMs: 10_000 };
    const clock = fakeClock(NOW);
    const writer = createStateFileWriter({ bus, clock, path: '/dev/null', settings, current: exampleFleet });
    await writer.close();
    expect(said(raised(events) ?? '')).toBe(
      'No se puede escribir /dev/null: ahí hay un dispositivo o una tubería, que nunca se reemplaza. Libere espacio en el disco o permita escribir en la carpeta; se intenta cada 10 s, y hasta entonces el archivo está anticuado',
    );
    for (const content of ['{"workers', '', '[1]']) {
      const path = join(folder, 'worker_state.json');
      await writeFile(path, content);
      const { notice } = await readStateFile(path, clock);
      expect(said(notice ?? '')).toMatch(/; los contadores y el historial empiezan de cero$/);
    }
  });

  test('a log file that cannot be written', async () => {
    const path = join(await temporaryFolder(), 'elastic.log');
    await mkdir(path);
    const { log, say, events } = logScene({ path });
    log.open();
    say('a line');
    const message = await until('the problem', () => raised(events));
    // The words of the system stay as they are.
    const text = spanish()(message);
    expect(text).toMatch(
      /^No se puede escribir .*: EISDIR.*; se intenta cada 5 s, y las líneas esperan en memoria$/,
    );
  });
});
