import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command, CommandAnswer } from '#model/commands.ts';
import type { Bug, FromMaster, ToMaster } from './messages.ts';

const PROGRAM = fileURLToPath(new URL('./headless-master.ts', import.meta.url));

/** What became of a command. `unanswered`: the master ended before it said anything. */
type Told<C extends Command> =
  | { readonly type: 'answered'; readonly answer: CommandAnswer<C> }
  | { readonly type: 'refused'; readonly code: string; readonly message: string }
  | { readonly type: 'unanswered' };

/** A real master in a process of its own. */
export interface MasterProcess {
  /** Resolves once it works; never where it ends before. */
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  readonly isAlive: boolean;
  perform<C extends Command>(command: C): Promise<Told<C>>;
  /** How many attempts of a task there are, as its database says; null where it did not say. */
  attemptsOf(id: string): Promise<number | null>;
  /** Whether every task has ended, as its database says. */
  isAllEnded(): Promise<boolean>;
  jump(ms: number): void;
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void;
  /** Ends it as `q` does. */
  stop(): Promise<void>;
  /** Everything that it has written to standard error. */
  stderr(): string;
}

export function startMaster(dir: string, bug: Bug | null): MasterProcess {
  const child = fork(PROGRAM, [dir, ...(bug === null ? [] : [bug])], {
    execArgv: ['--trace-warnings'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH, HOME: dir, NODE_ENV: 'production' },
  });
  const waiting = new Map<number, (answer: FromMaster | null) => void>();
  const ready = Promise.withResolvers<void>();
  let requests = 0;
  let isAlive = true;
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'exit').then(() => {
    isAlive = false;
    for (const answer of waiting.values()) answer(null);
    waiting.clear();
  });
  child.on('message', (message: FromMaster) => {
    if (message.type === 'ready') return ready.resolve();
    waiting.get(message.request)?.(message);
    waiting.delete(message.request);
  });
  // It may be gone before a message has left.
  child.on('error', () => {});

  function tell(message: ToMaster): void {
    if (child.connected) child.send(message, () => {});
  }

  function ask(message: (request: number) => ToMaster): Promise<FromMaster | null> {
    requests += 1;
    const request = requests;
    const answer = new Promise<FromMaster | null>((resolve) => {
      if (isAlive) waiting.set(request, resolve);
      else resolve(null);
    });
    tell(message(request));
    return answer;
  }

  return {
    ready: ready.promise,
    ended,
    get isAlive() {
      return isAlive;
    },
    stderr: () => stderr,
    async perform<C extends Command>(command: C) {
      const told = await ask((request) => ({ type: 'command', request, command }));
      const isTold = told?.type === 'answered' || told?.type === 'refused';
      return isTold ? (told as Told<C>) : { type: 'unanswered' };
    },
    async attemptsOf(id) {
      const answer = await ask((request) => ({ type: 'attempts', request, id }));
      return answer?.type === 'attempts' ? answer.attempts : null;
    },
    async isAllEnded() {
      const answer = await ask((request) => ({ type: 'count', request }));
      return answer?.type === 'counted' && answer.isAllEnded;
    },
    jump: (ms) => tell({ type: 'jump', ms }),
    signal: (signal) => void child.kill(signal),
    stop() {
      tell({ type: 'stop' });
      return ended;
    },
  };
}
