import { expect, onTestFinished, test } from 'vitest';
import {
  type StrangeWorker,
  startFloodingWorker,
  startHangingWorker,
  startHostileWorker,
  startMalformedWorker,
  startVersion1Worker,
} from '../helpers/strange-workers.ts';
import { KEYS } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { makeSite } from './site.ts';

async function strange(worker: Promise<StrangeWorker>): Promise<StrangeWorker> {
  const started = await worker;
  onTestFinished(() => started.stop());
  return started;
}

test('workers that misbehave are survived, each shown as what it is, beside one of version 1 that works', async () => {
  const [legacy, hanging, flooding, malformed, hostile] = await Promise.all([
    strange(startVersion1Worker()),
    strange(startHangingWorker()),
    strange(startFloodingWorker()),
    strange(startMalformedWorker()),
    strange(startHostileWorker()),
  ]);
  const site = await makeSite({
    env: { ELASTIC_PING_INTERVAL: '0.5', ELASTIC_HEALTH_CHECK_INTERVAL: '1', HTTP_TIMEOUT: '5' },
    workers: [
      { id: 'legacy', port: legacy.port },
      { id: 'hanging', port: hanging.port },
      { id: 'flooding', port: flooding.port },
      { id: 'malformed', port: malformed.port },
      { id: 'hostile', port: hostile.port },
    ],
  });
  const session = site.open();
  await session.sees('version 1 healthy', /legacy .*● active +healthy/);
  await session.sees('three inactive', (text) =>
    ['hanging', 'flooding', 'malformed'].every((id) => new RegExp(`${id} .*○ inactive`).test(text)),
  );
  await until('each reason is in the log', async () => {
    const log = await site.log();
    return (
      /worker inactive .*worker=hanging .*no answer in time/.test(log) &&
      /worker inactive .*worker=flooding .*too large/.test(log) &&
      /worker inactive .*worker=malformed .*not understood/.test(log)
    );
  });

  // Whatever the hostile worker says is text: in its details, in the log, in the state file.
  session.type('G');
  session.type(KEYS.enter);
  await session.sees('the details of the hostile worker', /hostile[\s\S]*evil/);
  expect(session.output()).not.toContain('owned\u0007');
  expect(session.output()).not.toContain('\u001b]0;');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  expect(await site.log()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(Object.keys((await site.state()).workers)).toHaveLength(5);

  session.type('q');
  expect(await session.exited).toEqual({ code: 0, signal: 0 });
});

test('a task goes to a worker of version 1 that closes each connection, and its counts are read', async () => {
  const legacy = await strange(startVersion1Worker());
  const site = await makeSite({ workers: [{ id: 'legacy', port: legacy.port }] });
  const session = site.open();
  await session.sees('it is healthy', /1\/1 active +1 healthy/);
  session.type('n');
  await session.sees('the form', /NUM_PARTICULAS/);
  session.type(KEYS.enter);
  await session.sees('the result', /completed.*171.*112/);
  session.type('q');
  expect((await session.exited).code).toBe(0);
});
