// Makes docs/dashboard.svg and docs/screens/ from the real program: real workers, a real terminal, tasks sent by keys,
// one worker killed, and a walk through every view. `npm run pictures`
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KEYS, openTerminal, type TerminalSession } from '../tests/helpers/terminal.ts';
import { startWorkerProcess } from '../tests/helpers/worker-process.ts';
import { screenSvg } from './screen-svg.ts';

const IDS = Array.from({ length: 8 }, (_, index) => `worker-0${index + 1}`);
const TASKS = 20;

interface Step {
  readonly keys: string;
  /** True once the keys have done what they are pressed for. */
  readonly until: RegExp;
}

interface Picture {
  /** Of the file in docs/screens/. */
  readonly name: string;
  readonly title: string;
  readonly steps: readonly Step[];
  /** Pressed afterwards, to be where no overlay is. */
  readonly leave?: Step;
}

const WORKERS: Step = { keys: '1', until: /LAST PINGS/ };
/** The heading of the list, which neither the form nor the details of a task have. */
const TASK_LIST = / STATE +ID /;
const WALK: readonly Picture[] = [
  { name: 'workers', title: 'Workers: one was just killed', steps: [WORKERS] },
  {
    name: 'worker-details',
    title: 'One worker',
    steps: [{ keys: `j${KEYS.enter}`, until: /^(?![\s\S]*LAST PINGS)[\s\S]* Address /m }],
    leave: { keys: KEYS.esc, until: /LAST PINGS/ },
  },
  { name: 'statistics', title: 'Statistics', steps: [{ keys: '2', until: / max / }] },
  { name: 'tasks', title: 'Tasks', steps: [{ keys: '3', until: TASK_LIST }] },
  {
    name: 'task-details',
    title: 'One task',
    steps: [{ keys: `G${KEYS.enter}`, until: /Parameters|NUM_PARTICULAS/ }],
    leave: { keys: KEYS.esc, until: TASK_LIST },
  },
  {
    name: 'form',
    title: 'A new task',
    steps: [{ keys: 'n', until: /NUM_PARTICULAS/ }],
    leave: { keys: KEYS.esc, until: TASK_LIST },
  },
  { name: 'configuration', title: 'Configuration', steps: [{ keys: '4', until: /ELASTIC_PING_INTERVAL/ }] },
  { name: 'logs', title: 'Logs', steps: [{ keys: '5', until: /following/ }] },
  {
    name: 'palette',
    title: 'The command palette',
    steps: [
      { keys: ':', until: /type what you want to do/ },
      { keys: 'the', until: /:the/ },
    ],
    leave: { keys: KEYS.esc, until: /following/ },
  },
  {
    name: 'help',
    title: 'Help, made from the same table as the keys themselves',
    steps: [WORKERS, { keys: '?', until: /any key closes/ }],
    leave: { keys: 'x', until: /LAST PINGS/ },
  },
  {
    name: 'wall',
    title: 'The wall: readable from three metres, its frame the colour of the worst trouble',
    steps: [{ keys: 'w', until: /healthy workers/ }],
  },
];

const docs = fileURLToPath(new URL('.', import.meta.url));
const launcher = fileURLToPath(new URL('../bin/elastic-tui.js', import.meta.url));
const root = await mkdtemp(join(tmpdir(), 'elastic-picture-'));
const dir = join(root, 'prod');
await mkdir(dir);
const workers = await Promise.all(IDS.map((id) => startWorkerProcess({ id })));
try {
  const configured = workers.map(({ port }, index) => ({ id: IDS[index], ip: '127.0.0.1', port }));
  await writeFile(join(dir, 'config_workers.json'), JSON.stringify({ workers: configured }));
  await writeFile(
    join(dir, '.env'),
    'ELASTIC_PING_INTERVAL=1\nHTTP_TIMEOUT=5\nELASTIC_MAX_PING_FAILURES=100\n',
  );
  const session = openTerminal({
    file: process.execPath,
    args: [launcher, '--dir', dir, '--lang', 'en'],
    cwd: dir,
    env: { HOME: root, XDG_CONFIG_HOME: root },
  });
  try {
    await work(session);
    for (const picture of WALK) await take(session, picture);
    await writeFile(join(docs, 'screens.md'), gallery());
  } finally {
    await session.end();
  }
} finally {
  await Promise.all(workers.map((worker) => worker.kill()));
  await rm(root, { recursive: true, force: true });
}

/** Sends tasks by keys and kills a worker, and makes the picture of the README from it. */
async function work(session: TerminalSession): Promise<void> {
  await session.sees('all healthy', /8\/8 active +8 healthy/);
  for (let task = 1; task <= TASKS; task += 1) {
    session.type('n');
    await session.sees('the form', /NUM_PARTICULAS/);
    session.type(KEYS.enter);
    await session.sees('the list', (text) => !text.includes('NUM_PARTICULAS'));
  }
  session.type('1');
  await session.sees('a full sparkline', /▁[▁▂▃▄▅▆▇█]{28}/, 60_000);
  await workers[1]?.kill();
  await session.sees('an unstable worker', /unstable/);
  await session.sees('some results', /completed on/);
  await writeFile(join(docs, 'dashboard.svg'), screenSvg(session.emulator));
}

async function take(session: TerminalSession, { name, steps, leave }: Picture): Promise<void> {
  for (const { keys, until } of steps) {
    session.type(keys);
    await session.sees(name, until);
  }
  await mkdir(join(docs, 'screens'), { recursive: true });
  await writeFile(join(docs, 'screens', `${name}.svg`), screenSvg(session.emulator));
  if (leave === undefined) return;
  session.type(leave.keys);
  await session.sees(`back from ${name}`, leave.until);
}

function gallery(): string {
  const pictures = WALK.map(({ name, title }) => `## ${title}\n\n![${title}](screens/${name}.svg)\n`);
  return `# Screens\n\nMade from the real program by \`npm run pictures\`.\n\n${pictures.join('\n')}`;
}
