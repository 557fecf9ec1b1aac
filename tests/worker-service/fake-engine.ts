import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { isAlive } from '../helpers/processes.ts';
import { folderOfPrograms } from './fake-programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * A container engine for machines without one. A container is a shell script, the first argument after the image, in a
 * session of its own, so that it outlives its client as a real one does; its pid is in `containers/<name>`. The image says
 * what else happens: `late` waits for a file `go` before there is a container, `deaf` has a client that goes on after
 * its container, `missing`, `no-command` and `not-executable` are refused as Podman does. While there is a file `down`,
 * no command but `run` succeeds.
 */
const SCRIPT = `
cd "$(dirname "$0")"
printf '%s\\n' "$*" >> calls
case $1 in --*) shift 2;; esac
command=$1; shift
[ "$command" = run ] || [ ! -e down ] || { echo 'Cannot connect' >&2; exit 1; }
eval "last=\\\${$#}"
case $command in
run)
  echo $$ > clients/$$
  while [ "$1" != -- ]; do
    [ "$1" = --name ] && name=$2
    shift
  done
  case $2 in
    missing) echo 'Error: missing: image not known' >&2; exit 125;;
    no-command) echo 'Error: runc: exec: "x": not found' >&2; exit 127;;
    not-executable) echo 'docker: Error response from daemon: permission denied' >&2; exit 126;;
    late) until [ -e go ]; do sleep 0.01; done;;
  esac
  setsid sh -c "echo \\$\\$ > containers/$name; $3" &
  wait $!
  code=$?
  rm -f containers/$name
  [ $2 = deaf ] && sleep 1000
  exit $code;;
kill) [ -s containers/$last ] && kill -9 -$(cat containers/$last);;
rm)
  [ -s containers/$last ] && kill -9 -$(cat containers/$last)
  rm -f containers/$last;;
ps) ls containers | grep -e "\${3#name=}" || true;;
version | image) exit 0;;
esac`;

export interface FakeEngine {
  readonly file: string;
  /** The names of its containers. */
  containers(): Promise<string[]>;
  /** The leader of a container; 0 where there is none. */
  pidOf(name: string): Promise<number>;
  /** The command lines it was called with. */
  calls(): Promise<string[]>;
  /** Writes a file of this name to its folder. */
  touch(name: string): Promise<void>;
  readonly folder: string;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

export async function fakeEngine(): Promise<FakeEngine> {
  const folder = await folderOfPrograms(join(await temporaryFolder(), 'bin'), { engine: SCRIPT });
  const containers = await folderOfPrograms(join(folder, 'containers'), {});
  const clients = await folderOfPrograms(join(folder, 'clients'), {});
  const pidOf = async (name: string) =>
    Number(await readFile(join(containers, name), 'utf8').catch(() => '')) || 0;
  onTestFinished(async () => {
    const pids = await Promise.all((await readdir(containers)).map(pidOf));
    for (const pid of [...pids, ...(await readdir(clients)).map(Number)]) {
      if (pid > 1 && isAlive(pid)) killGroup(pid);
    }
  });
  return {
    file: join(folder, 'engine'),
    folder,
    pidOf,
    containers: () => readdir(containers),
    calls: async () => (await readFile(join(folder, 'calls'), 'utf8')).trimEnd().split('\n'),
    touch: (name) => writeFile(join(folder, name), ''),
  };
}
