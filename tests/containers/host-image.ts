import { cp, mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** A container engine as the worker under test is told of it: CONTAINER_ENGINE and CONTAINER_ARGS of the environment. */
export const SETTINGS = {
  containerEngine: process.env.CONTAINER_ENGINE ?? null,
  // The limits that an engine sets by itself are more than some machines allow.
  containerArgs: (process.env.CONTAINER_ARGS ?? '--ulimit nofile=1024:1024 --ulimit nproc=1024:1024').split(
    ' ',
  ),
};

const PROGRAMS = ['sh', 'cat', 'head', 'tail', 'sleep', 'env'];

/** Makes an image that has a few programs of this machine, with the libraries that they need; nothing is fetched. */
export async function makeHostImage(engine: string, image: string, folder: string): Promise<void> {
  const root = join(folder, 'root');
  for (const name of PROGRAMS) {
    const { stdout: file } = await execa('sh', ['-c', 'command -v "$0"', name]);
    await copy(file, join(root, 'bin', name));
    const { stdout: libraries } = await execa('sh', ['-c', 'ldd "$0"', file]);
    for (const [library] of libraries.matchAll(/\/\S+/g)) await copy(library, join(root, library));
  }
  for (const name of ['proc', 'sys', 'dev', 'tmp', 'etc', 'run'])
    await mkdir(join(root, name), { recursive: true });
  const archive = join(folder, 'root.tar');
  await execa('tar', ['-C', root, '-cf', archive, '.']);
  await execa(engine, ['import', archive, image]);
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(await realpath(from), to);
}
