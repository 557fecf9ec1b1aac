import { expect, test } from 'vitest';
import { changesBetween, keptUntilRestart } from '#configuration/after-restart.ts';
import { load, type Written } from './written.ts';

/** Two readings of one folder's files; only what differs between the folders is left out. */
async function readings(first: Written, second: Written) {
  const [started, read] = await Promise.all([load(first), load(second)]);
  return { started, read: { ...read, dir: started.dir } };
}

test('the files that are open stay those of the start, and say what is pending', async () => {
  const { started, read } = await readings(
    { dotenv: 'TASK_TIMEOUT=5\n' },
    { dotenv: 'TASK_TIMEOUT=9\nELASTIC_LOG_FILE=logs/new.log\nWORKER_LOG_DIR=elsewhere\n' },
  );
  const kept = keptUntilRestart(read, started);
  expect(kept).toMatchObject({
    taskTimeoutMs: 9_000,
    logFile: started.logFile,
    stateFile: started.stateFile,
  });
  const entry = (key: string) => kept.entries.find((candidate) => candidate.key === key);
  expect(entry('ELASTIC_LOG_FILE')).toMatchObject({
    value: 'logs/elastic_orchestrator.log',
    source: 'default',
    pending: 'logs/new.log',
  });
  // What a worker reads is no business of this program.
  expect(entry('WORKER_LOG_DIR')).toMatchObject({ value: 'elsewhere', source: '.env' });
  expect(entry('WORKER_LOG_DIR')).not.toHaveProperty('pending');
  expect(keptUntilRestart(started, started)).toEqual(started);
});

test('a change is told with what was and what is, and when that counts', async () => {
  const json = (...workers: object[]) => ({ workers });
  const { started, read } = await readings(
    { dotenv: 'TASK_TIMEOUT=5\n', json: json({ id: 'a', ip: '10.0.0.1' }, { id: 'b', ip: '10.0.0.2' }) },
    {
      dotenv: 'ELASTIC_LOG_FILE=logs/new.log\n',
      json: json({ id: 'b', ip: '10.0.0.9' }, { id: 'c', ip: '10.0.0.3' }),
    },
  );
  expect(changesBetween(started, keptUntilRestart(read, started))).toEqual([
    { key: 'TASK_TIMEOUT', from: '5', to: '60' },
    {
      key: 'ELASTIC_LOG_FILE',
      from: 'logs/elastic_orchestrator.log',
      to: 'logs/new.log',
      applies: 'at-restart',
    },
    { key: 'WORKER b', from: 'http://10.0.0.2:8080', to: 'http://10.0.0.9:8080' },
    { key: 'WORKER c', from: '', to: 'http://10.0.0.3:8080' },
    { key: 'WORKER a', from: 'http://10.0.0.1:8080', to: '' },
  ]);
});

test('of a worker that stays where it is, the rest is told too', async () => {
  const worker = { id: 'a', ip: '10.0.0.1' };
  const { started, read } = await readings(
    { json: { workers: [worker] } },
    { json: { workers: [{ ...worker, slots: 4, labels: ['gpu', 'big'], token_file: 'secret.token' }] } },
  );
  expect(changesBetween(started, read)).toEqual([
    { key: 'WORKER a', from: '', to: 'slots 4, labels gpu,big, a token file' },
  ]);
});

test('what is pending already is told no second time', async () => {
  const { started, read } = await readings({}, { dotenv: 'WORKER_STATE_FILE=logs/new.json\n' });
  const kept = keptUntilRestart(read, started);
  expect(changesBetween(started, kept)).toHaveLength(1);
  expect(changesBetween(kept, keptUntilRestart({ ...read, taskTimeoutMs: 1 }, started))).toEqual([]);
});
