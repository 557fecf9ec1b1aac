import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMachine } from '../../source/worker-client/machine-facts.ts';
import { readPing } from '../../source/worker-client/ping-body.ts';

const FULL = {
  cpuCount: 8,
  loadAverage1m: 0.42,
  memoryBytesTotal: 32e9,
  memoryBytesFree: 12e9,
  diskBytesTotal: 500e9,
  diskBytesFree: 120e9,
  uptimeSeconds: 86_400,
  versions: { node: '24.21.0', python: '3.13.1' },
};

describe('what a worker tells of its machine', () => {
  test.each([
    {
      memory_bytes: { total: 32e9, free: 12e9 },
      disk_bytes: { total: 500e9, free: 120e9 },
      uptime: 86_400,
    },
    {
      memory_bytes_total: 32e9,
      memory_bytes_free: 12e9,
      disk_total_bytes: 500e9,
      disk_free_bytes: 120e9,
      uptime_seconds: 86_400,
    },
  ])('is understood in either way of writing it', (amounts) => {
    const told = { cpu_count: 8, load_average_1m: 0.42, ...amounts, versions: FULL.versions };
    expect(readMachine(told)).toEqual(FULL);
  });

  test('is nothing where nothing is told, and null where a part of it is odd', () => {
    for (const odd of [undefined, null, 'fast', 8, []]) expect(readMachine(odd)).toBeUndefined();
    expect(
      readMachine({ cpu_count: '8', load_average_1m: -1, memory_bytes: Number.NaN, versions: [1] }),
    ).toEqual({
      cpuCount: null,
      loadAverage1m: null,
      memoryBytesTotal: null,
      memoryBytesFree: null,
      diskBytesTotal: null,
      diskBytesFree: null,
      uptimeSeconds: null,
      versions: {},
    });
  });

  test('cannot control the terminal, and is bounded', () => {
    const versions = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`\u001b[2Jp${index}`, `1\u0007${'9'.repeat(500)}`]),
    );
    const read = Object.entries(readMachine({ versions })?.versions ?? {});
    expect(read).toHaveLength(16);
    expect(read[0]?.[0]).toBe('p0');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
    for (const [name, version] of read) expect(`${name}${version}`).not.toMatch(/[\u0000-\u001f]/);
    for (const [, version] of read) expect(version.length).toBeLessThanOrEqual(64);
  });

  test('never makes a ping bad, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (machine) => {
        expect(readPing(JSON.stringify({ status: 'active', worker_id: 'w', machine })).ok).toBe(true);
      }),
    );
  });
});
