import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { type Ending, endingText, exitCodeOfEnding, programEndings } from '#app/program-ending.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

/** A process that only hears. */
function program() {
  const exits: number[] = [];
  const heard = Object.assign(new EventEmitter(), {
    stdin: new EventEmitter(),
    stdout: new EventEmitter(),
    stderr: new EventEmitter(),
    exit: (code: number) => exits.push(code),
  });
  const clock = fakeClock();
  const endings = programEndings(heard as unknown as NodeJS.Process, clock);
  const seen: { first: Ending | null; without: Ending | null } = { first: null, without: null };
  void endings.first.then((ending) => {
    seen.first = ending;
  });
  void endings.withoutTerminal.then((ending) => {
    seen.without = ending;
  });
  return { heard, clock, exits, seen };
}

test('the loss of the terminal ends a program with a screen, however it shows, and none without one', async () => {
  for (const lose of ['SIGHUP', 'stdin end', 'stdin error', 'stdout error']) {
    const { heard, clock, exits, seen } = program();
    const [stream, event = ''] = lose.split(' ');
    if (lose === 'SIGHUP') heard.emit('SIGHUP');
    else (stream === 'stdin' ? heard.stdin : heard.stdout).emit(event, new Error('EIO'));
    await clock.advance(0);
    expect(seen).toEqual({ first: { kind: 'hang-up' }, without: null });
    // A shell that ends passes it on to its jobs once more.
    await clock.advance(60_000);
    heard.emit('SIGHUP');
    heard.stderr.emit('error', new Error('EIO'));
    await clock.advance(0);
    expect(seen.without).toBeNull();
    heard.emit('SIGTERM');
    await clock.advance(0);
    expect(seen.without).toEqual({ kind: 'signal', signal: 'SIGTERM' });
    expect(exits).toEqual([]);
  }
});

test('one Ctrl-C that comes twice is one; a second one ends the program at once', async () => {
  const { heard, clock, exits, seen } = program();
  heard.emit('SIGINT');
  await clock.advance(100);
  heard.emit('SIGINT');
  expect(exits).toEqual([]);
  expect(seen.first).toEqual({ kind: 'signal', signal: 'SIGINT' });
  await clock.advance(5_000);
  heard.emit('SIGINT');
  expect(exits).toEqual([130]);
});

test('an error that nobody caught ends it, with or without a screen', async () => {
  const { heard, clock, seen } = program();
  const error = new Error('planted');
  heard.emit('uncaughtException', error);
  await clock.advance(0);
  expect(seen).toEqual({ first: { kind: 'crash', error }, without: { kind: 'crash', error } });
});

test('exit codes and the log tell how it ended', () => {
  const endings: readonly [Ending, number, string][] = [
    [{ kind: 'done', why: 'quit' }, 0, 'quit'],
    [{ kind: 'signal', signal: 'SIGTERM' }, 143, 'signal 15'],
    [{ kind: 'hang-up' }, 129, 'the terminal is gone'],
    [{ kind: 'crash', error: new Error('planted') }, 70, 'crash: planted'],
  ];
  for (const [ending, code, text] of endings) {
    expect([exitCodeOfEnding(ending), endingText(ending)]).toEqual([code, text]);
  }
});
