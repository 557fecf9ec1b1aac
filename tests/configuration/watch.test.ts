import { appendFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { folderHints } from '#configuration/folder-hints.ts';
import { loadSettings } from '#configuration/settings.ts';
import { watchSettings } from '#configuration/watch.ts';
import type { Settings } from '#model/settings.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { folderWith, type Written } from './written.ts';

const ONE = { id: 'worker-01', ip: '10.0.0.1', port: 8080 };
const TWO = { id: 'worker-02', ip: '10.0.0.2', port: 8080 };
const fileOf = (...workers: readonly object[]) => JSON.stringify({ workers });

/** A watch over real files on a clock that the test turns. */
async function scene(written: Written & { readonly hints?: typeof folderHints; readonly dir?: string }) {
  const dir = written.dir ?? (await folderWith(written));
  const clock = fakeClock();
  const told: Settings[] = [];
  const troubles: (string | null)[] = [];
  const watch = watchSettings({
    dir,
    environment: written.environment ?? {},
    clock,
    loaded: await loadSettings({ dir, environment: written.environment ?? {} }),
    // Without hints it is looked at all the same, as on a network file system.
    hints: written.hints ?? (() => () => {}),
    onSettings: (settings) => told.push(settings),
    onTrouble: (message) => troubles.push(message),
  });
  onTestFinished(() => watch.close());

  /** Lets time pass until it is so; the files are real, so that looking at them takes its own time. */
  function sees(what: string, isSo: () => boolean): Promise<true> {
    return until(what, async () => {
      if (isSo()) return true;
      await clock.advance(100);
      return isSo();
    });
  }

  /** Lets so much time pass that everything that is to happen has happened. */
  async function settle(): Promise<void> {
    for (let step = 0; step < 100; step += 1) {
      await clock.advance(100);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  await settle();
  return { dir, clock, told, troubles, watch, sees, settle, file: (name: string) => join(dir, name) };
}

/** As editors do: the new text beside the old one, then in its place. */
async function replace(path: string, text: string): Promise<void> {
  const beside = join(dirname(path), '.4913~');
  await writeFile(beside, text);
  await rename(beside, path);
}

const ids = (settings: Settings | undefined) => settings?.workers.map(({ id }) => id);

describe('a change of the files', () => {
  test('is told once, whichever way an editor writes', async () => {
    const { told, troubles, sees, settle, file } = await scene({ json: { workers: [ONE] } });
    expect(told).toEqual([]);
    await replace(file('config_workers.json'), fileOf(ONE, TWO));
    await sees('a file put in the place of the old one', () => told.length === 1);
    await writeFile(file('config_workers.json'), fileOf(TWO));
    await sees('a file written over', () => told.length === 2);
    await rm(file('config_workers.json'));
    await writeFile(file('config_workers.json'), fileOf(ONE));
    await sees('a file removed and made anew', () => told.length === 3);
    await writeFile(file('.env'), 'ELASTIC_PING_INTERVAL=7\n');
    await sees('a file that was not there', () => told.length === 4);
    await settle();
    expect(told.map(ids)).toEqual([['worker-01', 'worker-02'], ['worker-02'], ['worker-01'], ['worker-01']]);
    expect(told.at(-1)?.pingIntervalMs).toBe(7_000);
    expect(troubles).toEqual([]);
  });

  test('that says nothing new is not told', async () => {
    const { told, settle, file } = await scene({ dotenv: 'ELASTIC_PING_INTERVAL=7\n' });
    await writeFile(file('.env'), '# seven seconds\nELASTIC_PING_INTERVAL="7"\n');
    await settle();
    expect(told).toEqual([]);
  });

  test('of what a link leads to is seen, also where it leads into another folder', async () => {
    const elsewhere = await temporaryFolder();
    const target = join(elsewhere, 'fleet.json');
    await writeFile(target, fileOf(ONE));
    const dir = await temporaryFolder();
    await symlink(target, join(dir, 'config_workers.json'));
    const { told, sees } = await scene({ dir });
    await replace(target, fileOf(ONE, TWO));
    await sees('the other file', () => told.length === 1);
    expect(ids(told[0])).toEqual(['worker-01', 'worker-02']);
  });

  test('made while the program was starting is seen', async () => {
    const dir = await folderWith({ json: { workers: [ONE] } });
    const loaded = await loadSettings({ dir, environment: {} });
    await writeFile(join(dir, 'config_workers.json'), fileOf(TWO));
    const told: Settings[] = [];
    const clock = fakeClock();
    const ears = { onSettings: (settings: Settings) => told.push(settings), onTrouble: () => {} };
    const watch = watchSettings({ dir, environment: {}, clock, loaded, hints: () => () => {}, ...ears });
    onTestFinished(() => watch.close());
    await watch.look();
    expect(told.map(ids)).toEqual([['worker-02']]);
  });

  test('leaves alone what the environment says', async () => {
    const environment = { ELASTIC_PING_INTERVAL: '3' };
    const { told, sees, file } = await scene({ environment });
    await writeFile(file('.env'), 'ELASTIC_PING_INTERVAL=7\nHTTP_TIMEOUT=2\n');
    await sees('the change', () => told.length === 1);
    expect(told[0]).toMatchObject({ pingIntervalMs: 3_000, httpTimeoutMs: 2_000 });
  });

  test('is hinted at by the system where it can', async () => {
    const hinted: (string | null)[] = [];
    const dir = await temporaryFolder();
    const end = folderHints(dir, (name) => hinted.push(name));
    onTestFinished(end);
    await replace(join(dir, 'config_workers.json'), fileOf(ONE));
    await until('a hint of the file', () => hinted.includes('config_workers.json'));
    // A folder that is not there gives none, and is no error.
    folderHints(join(dir, 'none'), () => {})();
  });

  test('is seen soon after a hint, not only at the next look', async () => {
    let hint: (name: string | null) => void = () => {};
    const { told, clock, file } = await scene({
      json: { workers: [ONE] },
      hints: (_, onHint) => {
        hint = onHint;
        return () => {};
      },
    });
    await writeFile(file('config_workers.json'), fileOf(TWO));
    const from = clock.monotonic();
    await until('the change', async () => {
      hint('config_workers.json');
      await clock.advance(10);
      return told.length === 1;
    });
    expect(clock.monotonic() - from).toBeLessThan(2_000);
  });
});

describe('a file that is still being written', () => {
  /** The same, told of every write; time passes only where the test says so, however long a look at the disk takes. */
  async function hinted(written: Written) {
    let hint: (name: string | null) => void = () => {};
    const hints: typeof folderHints = (_, onHint) => {
      hint = onHint;
      return () => {};
    };
    const opened = await scene({ ...written, hints });
    const { clock } = opened;
    /** Looks every 50 ms, each look to its end: then the watch waits for its only timer again. */
    async function pass(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += 50) {
        hint(null);
        await clock.advance(50);
        await until('the look is over', () => clock.pending === 1);
      }
    }
    return { ...opened, pass };
  }

  test('is not taken before it has rested, though what is there so far would do', async () => {
    const { told, pass, file } = await hinted({});
    for (const line of ['TASK_TIMEOUT=9\n', 'HTTP_TIMEOUT=4\n', 'LOG_LEVEL=warn\n']) {
      await appendFile(file('.env'), line);
      await pass(200);
    }
    expect(told).toEqual([]);
    await pass(200);
    expect(told).toMatchObject([{ taskTimeoutMs: 9_000, httpTimeoutMs: 4_000, logLevel: 'warn' }]);
  });

  test('is no error while a second is not over since it was half of a file', async () => {
    const { told, troubles, pass, file } = await hinted({ json: { workers: [ONE] } });
    const text = fileOf(ONE, TWO);
    await writeFile(file('config_workers.json'), text.slice(0, 30));
    await pass(1_000);
    await writeFile(file('config_workers.json'), text);
    await pass(500);
    expect([told.map(ids), troubles]).toEqual([[['worker-01', 'worker-02']], []]);
  });

  test('in two steps, the first of which empties it, loses no worker and is no error', async () => {
    const { told, troubles, pass, file } = await hinted({ json: { workers: [ONE] } });
    await writeFile(file('config_workers.json'), '');
    await pass(1_000);
    await writeFile(file('config_workers.json'), fileOf(ONE, TWO));
    await pass(500);
    expect([told.map(ids), troubles]).toEqual([[['worker-01', 'worker-02']], []]);
  });

  test('and is left like that, is an error after all', async () => {
    const { troubles, pass, file } = await hinted({ json: { workers: [ONE] } });
    await writeFile(file('config_workers.json'), '{"workers": [');
    await pass(1_900);
    expect(troubles).toEqual([]);
    await pass(500);
    expect(troubles).toEqual([expect.stringContaining('not valid JSON')]);
  });
});

describe('a file that is wrong', () => {
  test('changes nothing, says what and where, and what is right again is taken', async () => {
    const { told, troubles, sees, settle, file } = await scene({ json: { workers: [ONE] } });
    await writeFile(file('config_workers.json'), '{\n  "workers": [\n    {,}\n  ]\n}');
    await sees('the error', () => troubles.length === 1);
    expect(troubles[0]).toMatch(
      /^config_workers\.json is not valid JSON \(line 3, column 6: .+\); expected a JSON object$/,
    );
    await writeFile(file('.env'), 'ELASTIC_PING_INTERVAL=soon\nTASK_TIMEOUT=-1\n');
    await sees('both errors', () => troubles.length === 2);
    expect(troubles[1]).toContain('config_workers.json is not valid JSON');
    expect(troubles[1]).toContain('.env: ELASTIC_PING_INTERVAL is "soon"; expected a number of seconds from');
    expect(troubles[1]).toContain('.env: TASK_TIMEOUT is "-1"; expected');
    expect(told).toEqual([]);
    await replace(file('config_workers.json'), fileOf(TWO));
    await rm(file('.env'));
    await sees('that nothing is wrong', () => troubles.at(-1) === null);
    await settle();
    expect(told.map(ids)).toEqual([['worker-02']]);
    expect(troubles.at(-1)).toBeNull();
  });

  test('and right again as it was, is no change', async () => {
    const { told, troubles, sees, settle, file } = await scene({ json: { workers: [ONE] } });
    await writeFile(file('config_workers.json'), 'oops');
    await sees('the error', () => troubles.length === 1);
    await writeFile(file('config_workers.json'), fileOf(ONE));
    await sees('that it is over', () => troubles.at(-1) === null);
    await settle();
    expect(told).toEqual([]);
  });

  test('does not stop the program because it has gone: the fleet stays until it is back', async () => {
    const { told, troubles, sees, file } = await scene({ json: { workers: [ONE] } });
    await rm(file('config_workers.json'));
    await sees('that it is missing', () => troubles.length === 1);
    expect(troubles[0]).toMatch(/^config_workers\.json is missing; expected what was there/);
    expect(told).toEqual([]);
    await writeFile(file('config_workers.json'), fileOf(ONE, TWO));
    await sees('that it is back', () => troubles.at(-1) === null);
    expect(told.map(ids)).toEqual([['worker-01', 'worker-02']]);
  });

  test('is one that has become empty, until it says in so many words that there are no workers', async () => {
    const { told, troubles, sees, file } = await scene({ json: { workers: [ONE] } });
    await writeFile(file('config_workers.json'), ' \n');
    await sees('that it is empty', () => troubles.length === 1);
    expect(troubles[0]).toMatch(/^config_workers\.json is empty/);
    await writeFile(file('config_workers.json'), '{"workers": []}');
    await sees('that it is right', () => troubles.at(-1) === null);
    expect(told.map(ids)).toEqual([[]]);
  });

  test('is one in whose place a folder stands', async () => {
    const { told, troubles, sees, file } = await scene({ dotenv: 'TASK_TIMEOUT=9\n' });
    await rm(file('.env'));
    await mkdir(file('.env'));
    await sees('the error', () => troubles.length === 1);
    expect(troubles[0]).toBe('.env is unreadable (EISDIR); expected a readable file');
    expect(told).toEqual([]);
  });
});

test('a watch that was ended tells nothing, and leaves no timer', async () => {
  const { told, clock, watch, file } = await scene({ json: { workers: [ONE] } });
  await writeFile(file('config_workers.json'), fileOf(TWO));
  await watch.close();
  expect(clock.pending).toBe(0);
  await clock.advance(10_000);
  expect(told).toEqual([]);
  expect(await readFile(file('config_workers.json'), 'utf8')).toBe(fileOf(TWO));
});
