import type { MachineFacts } from '#model/worker.ts';
import { shownLine } from './shown-text.ts';

const MAX_VERSIONS = 16;
const MAX_NAME = 32;
const MAX_VERSION = 64;

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * What a worker tells of its machine under `machine` of /ping. Whatever is not as expected is as if it were not told:
 * an odd fact must not make a working worker inactive. Undefined where nothing is told.
 */
export function readMachine(value: unknown): MachineFacts | undefined {
  if (!isObject(value)) return undefined;
  const memory = amounts(value, 'memory');
  const disk = amounts(value, 'disk');
  return {
    cpuCount: amount(value.cpu_count),
    loadAverage1m: amount(value.load_average_1m),
    memoryBytesTotal: memory.total,
    memoryBytesFree: memory.free,
    diskBytesTotal: disk.total,
    diskBytesFree: disk.free,
    uptimeSeconds: amount(value.uptime ?? value.uptime_seconds),
    versions: readVersions(value.versions),
  };
}

/** `{memory_bytes: {total, free}}`, `{memory_bytes_total, memory_bytes_free}`, or the total alone. */
function amounts(
  value: JsonObject,
  name: string,
): { readonly total: number | null; readonly free: number | null } {
  const nested = [value[`${name}_bytes`], value[name]].find(isObject) ?? {};
  const flat = (part: string) => value[`${name}_bytes_${part}`] ?? value[`${name}_${part}_bytes`];
  return {
    total: amount(nested.total ?? nested.total_bytes ?? flat('total') ?? value[`${name}_bytes`]),
    free: amount(nested.free ?? nested.free_bytes ?? nested.available ?? flat('free') ?? flat('available')),
  };
}

function amount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function readVersions(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  const told = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
  return Object.fromEntries(
    told
      .slice(0, MAX_VERSIONS)
      .map(([name, version]) => [shownLine(name, MAX_NAME), shownLine(version, MAX_VERSION)]),
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
