import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBenchmarksFile } from '#worker-service/catalogue/benchmarks-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function read(content: unknown) {
  const path = join(await temporaryFolder(), 'benchmarks.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return readBenchmarksFile(path);
}

const MINIMAL = { name: 'noop', executor: 'process', command: ['true'] };

test('a file that is not there declares nothing, and the shipped benchmarks stay', async () => {
  expect(await readBenchmarksFile(join(await temporaryFolder(), 'benchmarks.json'))).toEqual({
    shipped: true,
    benchmarks: [],
  });
});

test('what is not said has defaults', async () => {
  const { benchmarks } = await read({ benchmarks: [MINIMAL] });
  expect(benchmarks).toEqual([
    {
      name: 'noop',
      description: { en: '', es: '' },
      executor: 'process',
      command: ['true'],
      image: null,
      limits: { memoryBytes: 1_073_741_824, cpus: 1, network: false },
      parameters: [],
      timeoutSeconds: 300,
      output: { progress: null, results: [], json: false },
    },
  ]);
});

test('everything that can be declared is understood', async () => {
  const { shipped, benchmarks } = await read({
    shipped: false,
    benchmarks: [
      {
        name: 'render scene',
        description: { en: 'Renders', es: 'Dibuja' },
        executor: 'container',
        image: 'localhost:5000/render:1.2',
        command: ['--scene', '{SCENE}', '--braces={{x}}'],
        limits: { memory_bytes: 64_000_000, cpus: 0.5, network: true },
        parameters: [
          { name: 'SCENE', type: 'text', label: 'Scene', pattern: '[a-z]+' },
          { name: 'N', type: 'integer', default: 2, minimum: 1, maximum: 9, choices: [1, 2, 3] },
        ],
        timeout: 0.5,
        output: {
          progress: '(?<percent>\\d+)%',
          results: [{ name: 'pixels', pattern: '^pixels (?<value>\\d+)$' }],
          json: true,
        },
      },
    ],
  });
  expect(shipped).toBe(false);
  expect(benchmarks[0]).toMatchObject({
    description: { en: 'Renders', es: 'Dibuja' },
    limits: { memoryBytes: 64_000_000, cpus: 0.5, network: true },
    timeoutSeconds: 0.5,
    output: { json: true, results: [{ name: 'pixels', pattern: /^pixels (?<value>\d+)$/u }] },
    parameters: [
      { name: 'SCENE', type: 'text', label: { en: 'Scene', es: 'Scene' }, pattern: '[a-z]+' },
      { name: 'N', type: 'integer', label: { en: 'N', es: 'N' }, default: 2, minimum: 1, maximum: 9 },
    ],
  });
});

const parameter = (rest: object) => ({ benchmarks: [{ ...MINIMAL, parameters: [{ name: 'P', ...rest }] }] });

test.each([
  ['{"benchmarks": [', /not valid JSON \(line 1, column 17/],
  [[], /is a list; expected an object/],
  [{ benchmark: [] }, /Unrecognized key|expected/],
  [{ benchmarks: 3 }, /: benchmarks is 3; expected a list/],
  [{ benchmarks: [{ ...MINIMAL, name: '' }] }, /benchmarks\[0\]\.name is ""; expected a name/],
  [{ benchmarks: [{ ...MINIMAL, name: 'a\u001b[31m' }] }, /benchmarks\[0\]\.name/],
  [{ benchmarks: [MINIMAL, MINIMAL] }, /“noop” twice/],
  [{ benchmarks: [{ ...MINIMAL, executor: 'shell' }] }, /executor is "shell"; expected process, container/],
  [{ benchmarks: [{ ...MINIMAL, command: [] }] }, /command is a list; expected a list of texts: the program/],
  [{ benchmarks: [{ ...MINIMAL, command: ['{P}'] }] }, /command\[0\] is "{P}"; expected a program without/],
  [
    { benchmarks: [{ ...MINIMAL, command: ['x', '{Q}'] }] },
    /command\[1\] is "{Q}"; expected placeholders of/,
  ],
  [
    { benchmarks: [{ ...MINIMAL, image: 'x' }] },
    /image is "x"; expected an image where executor is container/,
  ],
  [{ benchmarks: [{ ...MINIMAL, executor: 'container' }] }, /image is undefined; expected an image/],
  [{ benchmarks: [{ ...MINIMAL, executor: 'container', image: '--privileged' }] }, /image is "--privileged"/],
  [{ benchmarks: [{ ...MINIMAL, timeout: 0 }] }, /timeout is 0/],
  [{ benchmarks: [{ ...MINIMAL, output: { progress: '(' } }] }, /progress is "\("; expected a regular expr/],
  [{ benchmarks: [{ ...MINIMAL, output: { progress: 'x' } }] }, /with \(\?<done>…\) and \(\?<total>…\), or/],
  [parameter({ type: 'integer', minimum: 3, maximum: 2 }), /parameters\[0\]\.minimum is 3; expected at most/],
  [parameter({ type: 'integer', default: 0.5 }), /parameters\[0\]\.default is 0\.5; expected a value/],
  [parameter({ type: 'text', default: '-x' }), /default is "-x"/],
  [parameter({ type: 'text', minimum: 1 }), /minimum is 1; expected no bounds/],
  [parameter({ type: 'integer', choices: [1, 'a'] }), /choices\[1\] is "a"; expected a value/],
  [parameter({ type: 'float' }), /type is "float"; expected integer, number, text or boolean/],
  [parameter({ type: 'text', name: '__proto__' }), /name is "__proto__"; expected a letter/],
])('%j is refused with its place', async (content, error) => {
  await expect(read(content)).rejects.toMatchObject({
    code: 'CONFIGURATION_INVALID',
    message: expect.stringMatching(error),
  });
});
