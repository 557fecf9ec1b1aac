import { beforeAll, expect, test } from 'vitest';
import { until } from '../helpers/until.ts';
import { type ContainerEngine, containerEngine } from './container-engine.ts';

const DIR = '/var/lib/elastic-tui';
/** A bound for what systemd, a master and an engine of containers do together on a busy machine. */
const WITHIN_MS = 60_000;
/** Where the unit looks for programs first. */
const BIN = '/opt/gate';

let engine: ContainerEngine;
let image: string;

beforeAll(async () => {
  engine = await containerEngine();
  image = await engine.build('systemd', 'tests/containers/systemd.Dockerfile');
});

/** A machine whose process 1 is systemd, with the master's folder and its unit as docs/running-the-master.md has them. */
async function installed() {
  // systemd mounts what it needs by itself, and then the sandbox of the unit.
  const name = await engine.start(image, ['--privileged', '--network=none'], []);
  const sh = (script: string) => engine.call('exec', name, 'sh', '-c', script);
  await until(
    'a machine that is up',
    async () => (await sh('systemctl is-system-running')).trim() === 'running',
    WITHIN_MS,
  );
  await sh(`useradd --system --home-dir ${DIR} --create-home elastic-tui
    runuser -u elastic-tui -- elastic-tui --dir ${DIR} init
    echo ELASTIC_EMBEDDED_WORKERS=1 > ${DIR}/.env
    elastic-tui --dir ${DIR} install-service --print --user elastic-tui > /etc/systemd/system/elastic-tui.service
    systemd-analyze verify /etc/systemd/system/elastic-tui.service
    systemctl daemon-reload`);
  return {
    sh,
    show: async (property: string) => (await sh(`systemctl show -P ${property} elastic-tui`)).trim(),
    /** A script of the service's user. */
    command: (args: string) => sh(`runuser -u elastic-tui -- elastic-tui --dir ${DIR} ${args}`),
  };
}

interface Listed {
  readonly tasks: readonly { readonly id: string; readonly state: string }[];
}

test('systemd counts it as active once it is ready, ends it in order with its tasks kept, and starts it again after kill -9', async () => {
  const { sh, show, command } = await installed();
  // A systemd-notify that waits: by then the master is there, and systemd has not heard of it.
  await sh(`mkdir ${BIN}
    printf '#!/bin/sh\\ntouch ${DIR}/asked\\nuntil [ -e ${BIN}/open ]; do sleep 0.05; done; exec /usr/bin/systemd-notify "$@"\\n' > ${BIN}/systemd-notify
    chmod 755 ${BIN}/systemd-notify
    echo PATH=${BIN}:/usr/local/bin:/usr/bin:/bin > /etc/default/elastic-tui
    systemctl start --no-block elastic-tui`);
  const isAsked = () => sh(`ls ${DIR}`).then((names) => names.includes('asked'));
  await until('about to be told', isAsked, WITHIN_MS);
  expect(await show('ActiveState')).toBe('activating');
  await sh(`touch ${BIN}/open`);
  await until('active', async () => (await show('SubState')) === 'running', WITHIN_MS);

  const tasks = async () => (JSON.parse(await command('tasks --json')) as Listed).tasks;
  const isRunning = () =>
    until(
      'the first runs',
      async () => {
        const states = (await tasks()).map(({ id, state }) => `${id} ${state}`);
        if (!states.includes('long running')) throw new Error(states.join(', '));
        return true;
      },
      WITHIN_MS,
    );
  // The first runs for longer than this test does, the second waits for it.
  for (const id of ['long', 'next']) await command(`run benchmark.js --id ${id} -p NUM_PASOS=2000000000`);
  await isRunning();
  await sh('systemctl stop elastic-tui');
  expect([await show('Result'), await show('ExecMainStatus'), await show('ActiveState')]).toEqual([
    'success',
    '0',
    'inactive',
  ]);
  expect(await sh('ps -C node -o args= || true')).toBe('');
  expect(await sh('journalctl -u elastic-tui -o cat')).toMatch(/master stopping why="signal 15"/);

  await sh('systemctl start elastic-tui');
  expect((await tasks()).map(({ id }) => id).toSorted()).toEqual(['long', 'next']);
  await isRunning();
  const first = await show('MainPID');
  await sh(`kill -9 ${first}`);
  await until(
    'started again',
    async () => (await show('NRestarts')) === '1' && (await show('SubState')) === 'running',
    WITHIN_MS,
  );
  expect(await show('MainPID')).not.toBe(first);
  expect((await tasks()).map(({ id }) => id).toSorted()).toEqual(['long', 'next']);

  // What no restart makes right is not started again.
  await sh(`echo ELASTIC_PING_INTERVAL=soon >> ${DIR}/.env; systemctl restart elastic-tui || true`);
  expect([await show('ActiveState'), await show('ExecMainStatus')]).toEqual(['failed', '2']);
  expect(await sh('journalctl -u elastic-tui -o cat')).toMatch(/ELASTIC_PING_INTERVAL/);
});
