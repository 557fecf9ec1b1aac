import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { codeOf } from '#model/errors.ts';
import { isMasterLocked, masterLockHolder, takeMasterLock } from '#persistence/master-lock.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

interface Contender {
  /** What it said: `held`, or the code of its error. */
  readonly said: Promise<string>;
  readonly pid: number | undefined;
  /** Kills it, and resolves when it is gone. */
  kill(): Promise<void>;
}

function contend(path: string): Contender {
  const program = fileURLToPath(new URL('./locking-child.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [program, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const kill = async () => {
    child.kill('SIGKILL');
    await closed;
  };
  onTestFinished(kill);
  const said = new Promise<string>((resolve) => {
    child.stdout?.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
  });
  return { said, pid: child.pid, kill };
}

function codeThrownBy(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return codeOf(error);
  }
  return 'nothing was thrown';
}

test('a second master of the same folder is refused and told what to do', async () => {
  const path = join(await temporaryFolder(), 'data', 'master.lock');
  const first = contend(path);
  expect(await first.said).toBe('held');
  expect(codeThrownBy(() => takeMasterLock(path))).toBe('MASTER_RUNNING');
  expect(() => takeMasterLock(path)).toThrow(/already running on .*--dir/);
});

test('the lock of a master that was killed with SIGKILL is free at once', async () => {
  const path = join(await temporaryFolder(), 'master.lock');
  const first = contend(path);
  expect(await first.said).toBe('held');
  await first.kill();
  const lock = takeMasterLock(path);
  expect(await contend(path).said).toBe('MASTER_RUNNING');
  lock.release();
  expect(await contend(path).said).toBe('held');
});

test('of masters that start at the same instant exactly one gets the lock', async () => {
  const folder = await temporaryFolder();
  for (let round = 0; round < 2; round += 1) {
    const path = join(folder, `master-${round}.lock`);
    const contenders = Array.from({ length: 5 }, () => contend(path));
    const answers = await Promise.all(contenders.map(({ said }) => said));
    await Promise.all(contenders.map(({ kill }) => kill()));
    expect(answers.sort()).toEqual([...Array.from({ length: 4 }, () => 'MASTER_RUNNING'), 'held']);
  }
});

test('who holds the lock is found without taking it, and one that was left behind is held by nobody', async () => {
  const path = join(await temporaryFolder(), 'master.lock');
  expect([isMasterLocked(path), existsSync(path), masterLockHolder(path)]).toEqual([false, false, null]);
  const first = contend(path);
  expect(await first.said).toBe('held');
  expect([isMasterLocked(path), masterLockHolder(path)]).toEqual([true, first.pid]);
  // Somebody else who has the file open is no master, and then nobody is named.
  const reader = spawn('sleep', ['1000'], { stdio: ['ignore', openSync(path, 'r'), 'ignore'] });
  onTestFinished(() => void reader.kill('SIGKILL'));
  await once(reader, 'spawn');
  expect([isMasterLocked(path), masterLockHolder(path)]).toEqual([true, null]);
  await first.kill();
  expect([isMasterLocked(path), masterLockHolder(path)]).toEqual([false, null]);
});

test('releasing twice is harmless', async () => {
  const lock = takeMasterLock(join(await temporaryFolder(), 'master.lock'));
  lock.release();
  expect(() => lock.release()).not.toThrow();
});

test('a lock file that holds something else, or a folder that cannot be made, is named in the error', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'notes.txt');
  await writeFile(file, 'not a database. '.repeat(100));
  expect(codeThrownBy(() => takeMasterLock(file))).toBe('MASTER_LOCK_FAILED');
  expect(() => takeMasterLock(file)).toThrow(file);
  const below = join(file, 'master.lock');
  expect(codeThrownBy(() => takeMasterLock(below))).toBe('MASTER_LOCK_FAILED');
  expect(() => takeMasterLock(below)).toThrow(below);
});
