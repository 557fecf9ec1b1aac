import { createBuiltinExecutor } from './builtin-executor.ts';
import { type ContainerExecutorOptions, createContainerExecutor } from './container-executor.ts';
import { createProcessExecutor } from './process-executor.ts';
import type { Executor, Run } from './run.ts';

/** Runs every kind of program, until it is stopped. */
export interface StoppableExecutor extends Executor {
  /** Kills whatever runs and refuses what comes; resolves when nothing is left. */
  stop(): Promise<void>;
}

export type ExecutorOptions = ContainerExecutorOptions;

/** The environment of the options goes to processes and to the engine's client; containers and threads have none of it. */
export function createExecutor(options: ExecutorOptions): StoppableExecutor {
  const processes = createProcessExecutor(options);
  const containers = createContainerExecutor(options);
  const threads = createBuiltinExecutor(options);
  const running = new Set<Run>();
  let stopping = false;

  const start: Executor['start'] = (program, request) => {
    switch (program.kind) {
      case 'process':
        return processes.start(program, request);
      case 'container':
        return containers.start(program, request);
      case 'builtin':
        return threads.start(program, request);
    }
  };

  return {
    start(program, request) {
      if (stopping) return { ended: Promise.resolve(REFUSED), kill: () => {} };
      const run = start(program, request);
      running.add(run);
      void run.ended.then(() => running.delete(run));
      return run;
    },
    async stop() {
      stopping = true;
      for (const run of running) run.kill('stopped');
      await Promise.all([...running].map(({ ended }) => ended));
    },
  };
}

const REFUSED = { kind: 'stopped', returnCode: null, error: '', seconds: 0 } as const;
