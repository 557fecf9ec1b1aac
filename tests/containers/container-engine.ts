import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { splitContainerArgs } from '#worker-service/execution/container-client.ts';
import { SETTINGS } from './host-image.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What the worker allows a container, and no network. */
const LIMITS = [
  '--network=none',
  '--read-only',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
  '--memory=256m',
  '--cpus=1',
];

/** Docker or Podman, as a person has it: every call is a real one. */
export interface ContainerEngine {
  /** Builds docker/<name>/Dockerfile, or another file of this checkout; returns the image. */
  build(name: string, file?: string): Promise<string>;
  /** Runs a container within tight limits, which goes with the test. */
  run(image: string, ...args: readonly string[]): ContainerRun;
  /** Starts a container in the background, which goes with the test; returns its name. */
  start(image: string, options: readonly string[], args: readonly string[]): Promise<string>;
  /** One command of the engine. */
  call(...args: readonly string[]): Promise<string>;
}

interface ContainerRun {
  readonly name: string;
  /** What it has written so far. */
  readonly stdout: () => string;
  readonly end: Promise<{
    readonly exitCode: number | undefined;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

/** The engine of this machine, as the worker would be told of it. */
export async function containerEngine(): Promise<ContainerEngine> {
  const file = await findEngine();
  const podman = basename(file) === 'podman';
  const args = splitContainerArgs(SETTINGS.containerArgs);
  const start = (...command: readonly string[]) =>
    execa(file, [...args.engine, ...command], { reject: false });

  async function call(...command: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await start(...command);
    if (exitCode !== 0) throw new Error(`${basename(file)} ${command.join(' ')}: ${stderr}`);
    return stdout;
  }

  function named(): string {
    const name = `elastic-test-${randomUUID()}`;
    onTestFinished(async () => void (await start('rm', '--force', '--volumes', name)));
    return name;
  }

  return {
    call,
    async build(name, file = `docker/${name}/Dockerfile`) {
      const image = `elastic-test-${name}`;
      // Podman's own format has no place for a HEALTHCHECK.
      const format = podman ? ['--format', 'docker'] : [];
      await call('build', ...format, '-t', image, '-f', `${ROOT}${file}`, ROOT);
      return image;
    },
    run(image, ...command) {
      const name = named();
      const child = start('run', '--rm', '--name', name, ...LIMITS, ...args.run, image, ...command);
      let stdout = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      return {
        name,
        stdout: () => stdout,
        end: child.then(({ exitCode, stdout: all, stderr }) => ({ exitCode, stdout: all, stderr })),
      };
    },
    async start(image, options, command) {
      const name = named();
      await call('run', '--detach', '--name', name, ...options, ...args.run, image, ...command);
      return name;
    },
  };
}

async function findEngine(): Promise<string> {
  const named = SETTINGS.containerEngine;
  const names = named === null ? ['docker', 'podman'] : [named];
  for (const name of names) {
    // A client alone is not an engine: Docker's is there on many machines without one.
    if ((await execa(name, ['ps', '--quiet'], { reject: false })).exitCode === 0) return name;
  }
  throw new Error(
    `${names.join(', ')}: no container engine answers. Install Docker, or on Debian
  apt-get install --no-install-recommends podman runc
and where no registry of images can be reached, as root
  apt-get install --no-install-recommends debootstrap && tests/containers/base-images.sh`,
  );
}
