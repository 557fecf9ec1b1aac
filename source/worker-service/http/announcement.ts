import type { Benchmark, Catalogue } from '#worker-service/catalogue/benchmark.ts';

/** What /status and /v2/catalogue say of the benchmarks that can run here, so that a form can be built from it. */
export function announcement({ benchmarks }: Catalogue): readonly object[] {
  return benchmarks.filter(({ unavailable }) => unavailable() === null).map(announced);
}

function announced({ name, description, executor, parameters, timeoutSeconds, output }: Benchmark): object {
  return {
    name,
    description,
    executor,
    parameters,
    timeout: timeoutSeconds,
    results: output.results.map((result) => result.name),
    progress: output.progress !== null,
  };
}
