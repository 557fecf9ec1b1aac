/** What the shell tells its job: that it is to be put aside, or that it goes on after it was stopped without being asked. */
export type JobSignal = 'stop' | 'continue';

/** The program as a job of the shell that started it. */
export interface Job {
  /** From now on a signal to stop does nothing by itself: the listener calls `stop`. Returns the function that ends it. */
  listen(listener: (signal: JobSignal) => void): () => void;
  /**
   * Stops this process, or all of its job with whatever started it; returns once it goes on. Where no shell could have it
   * go on, the system stops nothing, and it returns at once.
   */
  stop(what: 'process' | 'job'): void;
  /**
   * Has this process end by a signal once its work is done: by itself Node would set the modes of a terminal that it has
   * read keys from, for which the system stops what is in the background.
   */
  endUnseen(): void;
}

/** As a shell with job control has it: SIGTSTP, SIGCONT and what cannot be caught (SIGSTOP). */
export function shellJob(program: NodeJS.Process): Job {
  let told = (_signal: JobSignal) => {};
  const onStop = () => told('stop');
  // What is not in the foreground is not told that the window has another size.
  const measure = () => void program.kill(program.pid, 'SIGWINCH');
  const onContinue = () => {
    measure();
    told('continue');
  };
  const attach = () => void program.on('SIGTSTP', onStop).on('SIGCONT', onContinue);
  const detach = () => void program.off('SIGTSTP', onStop).off('SIGCONT', onContinue);
  return {
    listen(listener) {
      told = listener;
      attach();
      return detach;
    },
    stop(what) {
      // Without a listener the system stops it, before this call returns (POSIX, kill).
      detach();
      program.kill(what === 'job' ? 0 : program.pid, 'SIGTSTP');
      attach();
      measure();
    },
    endUnseen() {
      program.once('exit', () => program.removeAllListeners('SIGTERM').kill(program.pid, 'SIGTERM'));
    },
  };
}
