import { isAbsolute } from 'node:path';
import { splitContainerArgs } from '#worker-service/execution/container-client.ts';
import { isExecutable, lookUpProgram } from './path-lookup.ts';
import type { Prober } from './prober.ts';

/** What the machine's container engine can do. */
export interface EngineState {
  /** Whether its service answers. */
  readonly available: boolean;
  /** Whether the configured image is there. */
  readonly imageAvailable: boolean;
  /** Its program, absolute; null where it does not answer. */
  readonly file: string | null;
}

export interface EngineOptions {
  readonly prober: Prober;
  readonly path: string | undefined;
  /** `docker`, `podman`, an absolute path, or null: whichever answers, Docker first. */
  readonly containerEngine: string | null;
  /** See `ContainerClientOptions`. */
  readonly containerArgs: readonly string[];
  /** `name:tag`. */
  readonly image: string;
}

export const NO_ENGINE: EngineState = { available: false, imageAvailable: false, file: null };
const NAMES = ['docker', 'podman'];

/** Asks the engine; takes at most the limit of two probes for each that is tried. */
export async function probeEngine(options: EngineOptions): Promise<EngineState> {
  const { prober, image } = options;
  const { engine } = splitContainerArgs(options.containerArgs);
  const succeeds = async (file: string, ...args: string[]) =>
    (await prober.run(file, [...engine, ...args])).returnCode === 0;
  for (const file of await candidates(options)) {
    if (!(await succeeds(file, 'version', '--format', '{{.Server.Version}}'))) continue;
    const imageAvailable = await succeeds(file, 'image', 'inspect', '--format', '{{.Id}}', '--', image);
    return { available: true, imageAvailable, file };
  }
  return NO_ENGINE;
}

async function candidates({ containerEngine, path }: EngineOptions): Promise<string[]> {
  if (containerEngine !== null && isAbsolute(containerEngine)) {
    return (await isExecutable(containerEngine)) ? [containerEngine] : [];
  }
  const names = containerEngine === null ? NAMES : [containerEngine];
  const found = await Promise.all(names.map((name) => lookUpProgram(name, path)));
  return found.flatMap(([first]) => first ?? []);
}
