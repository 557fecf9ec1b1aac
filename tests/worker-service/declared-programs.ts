import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const label = (text: string) => ({ en: text, es: text });

/**
 * Writes a benchmarks.json with shell programs to a worker's folder:
 * `noop` ends at once; `wait` prints lines until a file called `go-NAME` is there, then `value: 7`; `tree` starts a child
 * that starts a child and waits for ever; `flood` prints N kilobytes to each stream and then `value: N`; `fail` ends with code 3.
 */
export async function declarePrograms(dir: string): Promise<void> {
  await mkdir(join(dir, 'programs'), { recursive: true });
  const scripts: Readonly<Record<string, string>> = {
    noop: 'exit 0',
    wait: 'echo "started $1"; n=0; until [ -e "go-$1" ]; do n=$((n+1)); echo "step $n / 1000000"; sleep 0.03; done; echo "value: 7"',
    tree: 'sh -c "sh -c \'echo leaf \\$\\$; sleep 1000\' & wait" & wait',
    flood:
      'i=0; while [ $i -lt $1 ]; do printf "%01023d\\n" $i; printf "%01023d\\n" $i >&2; i=$((i+1)); done; echo "value: $1"',
    fail: 'echo half; echo broken >&2; exit 3',
  };
  for (const [name, script] of Object.entries(scripts)) {
    const file = join(dir, 'programs', `${name}.sh`);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
  }
  const text = { name: 'NAME', type: 'text', default: 'x', label: label('Name') };
  const number = {
    name: 'N',
    type: 'integer',
    default: 1,
    minimum: 1,
    maximum: 1_000_000,
    label: label('N'),
  };
  const program = (name: string, rest: object = {}, args: readonly string[] = []) => ({
    name,
    description: label(name),
    executor: 'process',
    command: [`./programs/${name}.sh`, ...args],
    parameters: [],
    timeout: 600,
    ...rest,
  });
  const value = [{ name: 'value', pattern: '^value: (?<value>\\d+)$' }];
  const progress = '^step (?<done>\\d+) / (?<total>\\d+)$';
  const benchmarks = [
    program('noop'),
    program('wait', { parameters: [text], output: { progress, results: value } }, ['{NAME}']),
    program('short', { command: ['./programs/wait.sh', 'never'], timeout: 0.3 }),
    program('tree'),
    program('flood', { parameters: [number], output: { results: value } }, ['{N}']),
    program('fail'),
  ];
  await writeFile(join(dir, 'benchmarks.json'), JSON.stringify({ benchmarks }));
}
