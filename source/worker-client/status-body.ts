import * as z from 'zod/mini';
import type { StatusReport } from '#model/worker.ts';
import { MAX_BENCHMARK_NAME, readAnnounced } from './announced-benchmarks.ts';
import { type Read, readJson } from './json.ts';
import { saysNo } from './ping-body.ts';
import { shownLine } from './shown-text.ts';

const MAX_IMAGE = 128;

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

/** The body of an answer to GET /status. */
export function readStatus(body: string): Read<StatusReport> {
  const read = readJson(body, statusBody);
  if (!read.ok) return read;
  const { docker_image, image_available, python_available, config, benchmarks } = read.value;
  const { names: announcedNames, announced } = readAnnounced(benchmarks);
  const configured = [config.benchmark_python, config.benchmark_cython].map((name) =>
    shownLine(name, MAX_BENCHMARK_NAME),
  );
  const names = [...configured, ...announcedNames];
  return {
    ok: true,
    value: {
      dockerImage: shownLine(docker_image, MAX_IMAGE),
      imageAvailable: !saysNo(image_available),
      benchmarks: [...new Set(names)].filter((name) => name !== ''),
      ...(announced.length === 0 ? {} : { announced }),
      pythonAvailable: !saysNo(python_available),
    },
  };
}
