import type { Executor } from './executor.ts';
import { lookUpProgram } from './path-lookup.ts';

/** What the machine's container engine can do. */
export interface EngineState {
  /** Whether its service answers. */
  readonly available: boolean;
  /** Whether the configured image is there. */
  readonly imageAvailable: boolean;
}

export interface EngineOptions {
  readonly executor: Executor;
  readonly path: string | undefined;
  readonly cwd: string;
  /** `name:tag`. */
  readonly image: string;
}

/** An engine whose service hangs answers no sooner. */
const PROBE_LIMIT_MS = 5_000;
const NOTHING: EngineState = { available: false, imageAvailable: false };

/** Asks docker; takes at most twice the limit. */
export async function probeEngine({ executor, path, cwd, image }: EngineOptions): Promise<EngineState> {
  const [file] = await lookUpProgram('docker', path);
  if (file === undefined) return NOTHING;
  const succeeds = async (...args: string[]) => {
    const { returnCode } = await executor.run({ file, args, cwd, limitMs: PROBE_LIMIT_MS });
    return returnCode === 0;
  };
  if (!(await succeeds('version', '--format', '{{.Server.Version}}'))) return NOTHING;
  return {
    available: true,
    imageAvailable: await succeeds('image', 'inspect', '--format', '{{.Id}}', '--', image),
  };
}
