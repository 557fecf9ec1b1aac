import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pagerProgram } from '#ui/pager.ts';
import { shellProgram } from '#ui/views/workers/shell.ts';
import { workerConfig } from './fleet.ts';

const SSH = { command: ['ssh', '-p', '2222'], user: null };

describe('the shell on a worker', () => {
  test('is the configured program with the address as its last word', () => {
    expect(shellProgram(workerConfig('a', '10.0.0.1'), SSH)).toEqual({
      file: 'ssh',
      args: ['-p', '2222', '--', '10.0.0.1'],
    });
    expect(shellProgram(workerConfig('a', 'fe80::1'), { command: ['mosh'], user: 'root' })).toEqual({
      file: 'mosh',
      args: ['--', 'root@fe80::1'],
    });
  });

  test.each(['-oProxyCommand=touch x', '-l', '', 'a b', 'a@b', '$(id)', 'a;b', '.', '..'])(
    'is refused for %j',
    (host) => {
      expect(shellProgram(workerConfig('a', host), SSH)).toBeNull();
    },
  );

  test('never has an option that the configuration did not ask for, whatever the address', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `-${text}`),
        ),
        (host) => {
          const program = shellProgram(workerConfig('a', host), SSH);
          if (program === null) return;
          expect(program.args.slice(0, 3)).toEqual(['-p', '2222', '--']);
          expect(program.args).toHaveLength(4);
          expect(program.args[3]).toMatch(/^[^-\s@]/);
        },
      ),
    );
  });
});

test('a pager reads a file by its path and a text from its input; less begins at the end', () => {
  expect(pagerProgram(['less', '-R'], { path: '/logs/x.log' })).toEqual({
    file: 'less',
    args: ['-R', '+G', '/logs/x.log'],
  });
  expect(pagerProgram(['/usr/bin/less'], { path: '/logs/x.log' }).args).toEqual(['+G', '/logs/x.log']);
  expect(pagerProgram(['more'], { text: 'a\n' })).toEqual({ file: 'more', args: [], input: 'a\n' });
});
