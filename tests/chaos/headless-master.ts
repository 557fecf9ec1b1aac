// A master without a screen: `headless-master.ts DIR [BUG]`, told over IPC what to do. It is composed as elastic-tui
// composes it; only the wall clock can be set, and a test may put a bug in.
import { composeMaster } from '#app/compose.ts';
import { loadSettings } from '#configuration/settings.ts';
import type { Command } from '#model/commands.ts';
import { codeOf, messageOf } from '#model/errors.ts';
import { rolesWith, settingsWith } from './bugs.ts';
import { jumpingClock } from './jumping-clock.ts';
import type { Bug, FromMaster, ToMaster } from './messages.ts';

const [dir = '', named] = process.argv.slice(2);
const bug = named as Bug | undefined;
const clock = jumpingClock();
const source = (path: string) => new URL(`../../source/${path}`, import.meta.url);
const master = composeMaster({
  settings: settingsWith(bug, await loadSettings({ dir, environment: {} })),
  version: 'chaos',
  clock,
  random: Math.random,
  newId: () => crypto.randomUUID(),
  programs: {
    worker: source('cli/elastic-worker.ts'),
    taskDatabase: source('persistence/task-database-thread.ts'),
  },
  ...(bug === undefined ? {} : { roles: rolesWith(bug) }),
});

function tell(message: FromMaster): void {
  process.send?.(message);
}

async function perform(request: number, command: Command): Promise<void> {
  try {
    tell({ type: 'answered', request, answer: await master.store.dispatch(command) });
  } catch (error) {
    tell({ type: 'refused', request, code: codeOf(error) ?? '', message: messageOf(error) });
  }
}

/** Null where it cannot be read. */
async function countAttempts(request: number, id: string): Promise<void> {
  const task = await master.store.query({ type: 'task', id }).catch(() => null);
  tell({ type: 'attempts', request, attempts: task?.attempts.length ?? null });
}

/** Asked of the database; one that cannot be read has not told that all has ended. */
async function count(request: number): Promise<void> {
  const unfinished = ['pending', 'assigned', 'running'] as const;
  const asked = { type: 'tasks', states: unfinished, before: null, limit: 1 } as const;
  const tasks = await master.store.query(asked).catch(() => null);
  tell({ type: 'counted', request, isAllEnded: tasks?.length === 0 });
}

process.on('message', (message: ToMaster) => {
  if (message.type === 'command') void perform(message.request, message.command);
  else if (message.type === 'attempts') void countAttempts(message.request, message.id);
  else if (message.type === 'jump') clock.jump(message.ms);
  else if (message.type === 'count') void count(message.request);
  else void master.stop('asked').then(() => process.exit(0));
});
// Never without the harness.
process.once('disconnect', () => process.exit(1));
await master.watch();
await master.work();
tell({ type: 'ready' });
