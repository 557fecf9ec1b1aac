import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { cleanEnvironment } from '../helpers/terminal.ts';

/** Where a shell finds the program and its completion. */
interface CompletionPlace {
  /** Has the program under its name. */
  readonly folder: string;
  /** The completion script of the shell. */
  readonly script: string;
}

export interface Shell {
  readonly name: string;
  /** What is offered for the last word of each line of words behind the program, by one process of the shell. */
  offered(place: CompletionPlace, lines: readonly Words[]): Promise<readonly (readonly string[])[]>;
}

type Words = readonly string[];

/** Whether the shell is on this machine. */
export function isInstalled({ name }: Shell): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

export const SHELLS: readonly Shell[] = [
  {
    name: 'bash',
    async offered(place, lines) {
      const calls = lines.map((words) => {
        // As readline splits them: = is one of COMP_WORDBREAKS.
        const typed = ['elastic-tui', ...words.flatMap((word) => word.split(/(?<=^--[a-z-]+)(=)/))];
        const last = typed.at(-1) ?? '';
        const split = last === '' && typed.at(-2) === '=' ? typed.slice(0, -1) : typed;
        return `COMP_WORDS=(${split.map(quoted).join(' ')}); COMP_CWORD=${split.length - 1}; _elastic_tui; echo '= '; printf '%s\\n' "\${COMPREPLY[@]}"`;
      });
      return answered(place, 'bash', [
        '--norc',
        '-c',
        [`source ${quoted(place.script)}`, ...calls].join('\n'),
      ]);
    },
  },
  {
    name: 'zsh',
    offered: (place, lines) =>
      answered(
        place,
        'zsh',
        ['-f', join(import.meta.dirname, 'offered.zsh'), place.script],
        lines.map((words) => `${['elastic-tui', ...words].join(' ')}\n`).join(''),
      ),
  },
  {
    name: 'fish',
    async offered(place, lines) {
      const calls = lines.map(
        (words) => `echo '= '; complete -C ${quoted(['elastic-tui', ...words].join(' '))}`,
      );
      return answered(place, 'fish', [
        '--no-config',
        '-c',
        [`source ${quoted(place.script)}`, ...calls].join('\n'),
      ]);
    },
  },
];

async function answered(
  { folder }: CompletionPlace,
  shell: string,
  args: readonly string[],
  input = '',
): Promise<readonly (readonly string[])[]> {
  const child = spawn(shell, args, {
    cwd: folder,
    env: cleanEnvironment({
      PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`,
      HOME: folder,
      TERM: 'xterm',
    }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A shell that needs no input may have ended before it is given the end of it; what counts is what it said.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [said, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (complaints !== '') throw new Error(`${shell}: ${complaints}`);
  return said
    .split(/^= .*$/m)
    .slice(1)
    .map((one) => [...new Set(one.split('\n').map(wordOf))].filter((word) => word !== '').toSorted());
}

/** Without the description, the quotes of the shell, the option that it stands behind, and the folders of a path. */
function wordOf(line: string): string {
  const [word = ''] = line.split('\t');
  return word
    .replace(/^--[a-z-]+=/, '')
    .replaceAll('\\', '')
    .replace(/\/$/, '')
    .replace(/^.*\//, '');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
