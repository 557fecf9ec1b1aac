import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeOf } from '#model/errors.ts';
import { exportTasks } from '#persistence/task-export.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { completedTask, newAttempt, newTask } from './new-task.ts';
import { openStore } from './opened.ts';

async function written() {
  const path = join(await temporaryFolder(), 'tasks.sqlite');
  const store = await openStore(path);
  const completed = completedTask(1);
  const result = completed.result && { ...completed.result, results: { found: 12, kind: '=1+1' } };
  const error = '=cmd|"x", said\nworker-01';
  await store.insert({
    batches: [{ id: 'b', description: '', benchmark: 'benchmark.py', createdAt: 1 }],
    tasks: [
      { ...completed, batch: 'b', description: '', result },
      newTask(2, {
        state: 'failed',
        failure: 'attempts',
        description: 'a "quoted", one',
        attempts: [newAttempt(1, { outcome: 'failed', endedAt: 9, error })],
      }),
    ],
    sweeps: [],
  });
  // The store stays open: a master works on the file meanwhile.
  return { path, error };
}

function textOf(options: Parameters<typeof exportTasks>[0]): string {
  return [...exportTasks(options)].join('');
}

test('CSV has a line a task, quoted as RFC 4180 has it, and nothing that a spreadsheet would run', async () => {
  const { path } = await written();
  const lines = textOf({ path, format: 'csv', batch: null }).split('\r\n');
  expect(lines[0]).toBe(
    'task_id,batch,state,failure,benchmark,priority,description,worker,attempts_made,created_at_ms,sent_at_ms,updated_at_ms,execution_seconds,particle_collisions,wall_collisions,error,parameters,results',
  );
  expect(lines[1]).toBe(
    'task-1,b,completed,,benchmark.py,1,,worker-01,1,1001,2001,3000,1.5,171,112,,"{""NUM_PARTICULAS"":100,""NUM_PASOS"":500,""SEMILLA"":1}","{""found"":12,""kind"":""=1+1""}"',
  );
  expect(lines[2]).toContain(',"a ""quoted"", one",');
  expect(lines[2]).toContain(',"\'=cmd|""x"", said\nworker-01",');
});

test('JSON has all that is known of each task, attempts and output included', async () => {
  const { path, error } = await written();
  expect(JSON.parse(textOf({ path, format: 'json', batch: null }))).toMatchObject([
    {
      task_id: 'task-1',
      state: 'completed',
      worker: 'worker-01',
      output: 'done\n',
      parameters: { SEMILLA: 1 },
      results: { found: 12, kind: '=1+1' },
    },
    {
      task_id: 'task-2',
      results: {},
      state: 'failed',
      failure: 'attempts',
      attempts: [{ outcome: 'failed', error }],
    },
  ]);
});

test('a batch can be taken alone; one that is not there, and a file that is not there, are said', async () => {
  const { path } = await written();
  expect(JSON.parse(textOf({ path, format: 'json', batch: 'b' }))).toHaveLength(1);
  const errorOf = (options: Parameters<typeof exportTasks>[0]) => {
    try {
      return textOf(options);
    } catch (error) {
      return codeOf(error);
    }
  };
  expect(errorOf({ path, format: 'csv', batch: 'nobody' })).toBe('BATCH_UNKNOWN');
  expect(errorOf({ path: `${path}.gone`, format: 'csv', batch: null })).toBe('TASK_DATABASE_MISSING');
});

test('no tasks at all are a whole document too', async () => {
  const path = join(await temporaryFolder(), 'tasks.sqlite');
  await openStore(path);
  expect(JSON.parse(textOf({ path, format: 'json', batch: null }))).toEqual([]);
  expect(textOf({ path, format: 'csv', batch: null })).toMatch(/^task_id,batch,.*,parameters,results\r\n$/);
});
