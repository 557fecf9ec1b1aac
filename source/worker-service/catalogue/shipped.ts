import type { WorkerSettings } from '#configuration/worker-settings.ts';
import type { MachineProbe } from '#worker-service/machine/machine-probe.ts';
import type { ProgramFiles } from '#worker-service/program-files.ts';
import type { Benchmark, OutputRules, Parameter, ParameterValues } from './benchmark.ts';
import { DEFAULT_LIMITS } from './declared-benchmark.ts';

export interface ShippedOptions {
  readonly settings: Pick<WorkerSettings, 'dir' | 'benchmarks' | 'benchmarkExecutor' | 'dockerImage'>;
  readonly files: ProgramFiles;
  readonly probe: Pick<MachineProbe, 'current' | 'findPython'>;
  /** Why no container can run here just now; null: one can. */
  readonly engineTrouble: () => string | null;
}

/** Version 1's own limit. */
const TIMEOUT_SECONDS = 300;
/** More could hardly take one step within the limit, and would take more than 200 MB of memory. */
const MAX_PARTICLES = 250_000;

/** The parameters that version 1 knows. */
export const LEGACY_PARAMETERS: readonly Parameter[] = [
  count('NUM_PARTICULAS', 100, MAX_PARTICLES, { en: 'Particles', es: 'Partículas' }),
  count('NUM_PASOS', 500, Number.MAX_SAFE_INTEGER, { en: 'Steps', es: 'Pasos' }),
  {
    name: 'SEMILLA',
    type: 'integer',
    label: { en: 'Seed', es: 'Semilla' },
    default: 42,
    minimum: 0,
    maximum: 2 ** 32 - 1,
  },
];

/** The lines of version 1. */
const OUTPUT: OutputRules = {
  progress: /^\s*Progreso: (?<done>\d{1,16}) \/ (?<total>\d{1,16}) pasos/,
  results: [
    {
      name: 'particle_collisions',
      pattern: /^\s*Total colisiones Partícula-Partícula: (?<value>\d{1,15})\s*$/,
    },
    { name: 'wall_collisions', pattern: /^\s*Total colisiones con Pared: (?<value>\d{1,15})\s*$/ },
  ],
  json: false,
};

const NO_PYTHON =
  'No Python 3 was found on this machine; install python3 and make sure that it is on the PATH';
export const NO_ENGINE =
  'No container engine answers on this machine; start docker or podman, or name another with CONTAINER_ENGINE';
export const NO_CYTHON =
  'The Cython engine is not built on this worker; build it with `npm run build:cython`, or use another benchmark';

/**
 * The particle benchmark in three engines that give the same counts. The two names of version 1 run as a process, or as a
 * container where BENCHMARK_EXECUTOR says so.
 */
export function shippedBenchmarks({ settings, files, probe, engineTrouble }: ShippedOptions): Benchmark[] {
  const { benchmarks, dockerImage, benchmarkExecutor } = settings;

  /** The image is known to the probe; a declared container's is not. */
  const imageTrouble = () =>
    engineTrouble() ??
    (probe.current().engine.imageAvailable
      ? null
      : `the image ${dockerImage} is not on this machine; build it (docker/benchmark) or name another with DOCKER_IMAGE_NAME and DOCKER_IMAGE_TAG`);

  function python(script: 'python' | 'cython'): Pick<Benchmark, 'executor' | 'program' | 'unavailable'> {
    if (benchmarkExecutor === 'container') {
      const args = (values: ParameterValues) => [
        `benchmark${script === 'cython' ? '_cython' : ''}.py`,
        ...numbers(values),
      ];
      return {
        executor: 'container',
        async program(values) {
          const reason = imageTrouble();
          if (reason !== null) return { kind: 'unavailable', reason };
          return { kind: 'container', image: dockerImage, args: args(values), limits: DEFAULT_LIMITS };
        },
        unavailable: imageTrouble,
      };
    }
    return {
      executor: 'process',
      async program(values) {
        const interpreter = await probe.findPython();
        if (interpreter === null) return { kind: 'unavailable', reason: NO_PYTHON };
        if (script === 'cython' && !probe.current().cython) return { kind: 'unavailable', reason: NO_CYTHON };
        return {
          kind: 'process',
          file: interpreter,
          args: ['-I', '-X', 'utf8', '-u', files[script], ...numbers(values), '--end-with-stdin'],
          cwd: settings.dir,
          endsWithStdin: true,
        };
      },
      unavailable() {
        const { python: interpreter, cython } = probe.current();
        if (interpreter === null) return NO_PYTHON;
        return script === 'cython' && !cython ? NO_CYTHON : null;
      },
    };
  }

  const particles = (
    name: string,
    engine: Pick<Benchmark, 'executor' | 'program' | 'unavailable'>,
    how: string,
  ): Benchmark => ({
    name,
    description: { en: `Particle collisions, ${how}`, es: `Colisiones de partículas, ${how}` },
    parameters: LEGACY_PARAMETERS,
    timeoutSeconds: TIMEOUT_SECONDS,
    output: OUTPUT,
    ...engine,
  });
  const builtin: Pick<Benchmark, 'executor' | 'program' | 'unavailable'> = {
    executor: 'builtin',
    program: async (values) => ({ kind: 'builtin', module: files.builtin, args: numbers(values) }),
    unavailable: () => null,
  };
  const all = [
    particles(benchmarks.python, python('python'), 'Python'),
    particles(benchmarks.cython, python('cython'), 'Cython'),
    particles('benchmark.js', builtin, 'TypeScript'),
  ];
  // Two settings may name the same benchmark: the first stands.
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}

/** The three numbers, in the order of the command line. */
function numbers(values: ParameterValues): string[] {
  return LEGACY_PARAMETERS.map(({ name }) => String(values[name]));
}

function count(name: string, fallback: number, maximum: number, label: Parameter['label']): Parameter {
  return { name, type: 'integer', label, default: fallback, minimum: 1, maximum };
}
