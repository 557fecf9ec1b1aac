import * as z from 'zod/mini';
import type { StatusReport } from '#model/worker.ts';
import { type Read, readJson } from './json.ts';
import { saysNo } from './ping-body.ts';
import { shownLine } from './shown-text.ts';

const MAX_NAME = 128;
const MAX_BENCHMARKS = 1_000;

const benchmarkName = z.catch(z.string(), '');
const statusBody = z.object({
  worker_id: z.string(),
  docker_image: z.catch(z.string(), ''),
  image_available: z.optional(z.unknown()),
  python_available: z.optional(z.unknown()),
  benchmarks: z.catch(z.array(z.unknown()), []),
  config: z.catch(z.object({ benchmark_python: benchmarkName, benchmark_cython: benchmarkName }), {
    benchmark_python: '',
    benchmark_cython: '',
  }),
});

/** What our workers say of each benchmark. Its parameters are theirs to check: whoever sends a task names them. */
const announcement = z.object({ name: z.string() });

/** The body of an answer to GET /status. */
export function readStatus(body: string): Read<StatusReport> {
  const read = readJson(body, statusBody);
  if (!read.ok) return read;
  const { docker_image, image_available, python_available, config, benchmarks } = read.value;
  const announced = benchmarks.slice(0, MAX_BENCHMARKS).flatMap((item) => {
    const one = announcement.safeParse(item);
    return one.success ? [one.data.name] : [];
  });
  const names = [config.benchmark_python, config.benchmark_cython, ...announced].map((name) =>
    shownLine(name, MAX_NAME),
  );
  return {
    ok: true,
    value: {
      dockerImage: shownLine(docker_image, MAX_NAME),
      imageAvailable: !saysNo(image_available),
      benchmarks: [...new Set(names)].filter((name) => name !== ''),
      pythonAvailable: !saysNo(python_available),
    },
  };
}
