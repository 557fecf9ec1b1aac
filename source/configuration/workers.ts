import { resolve } from 'node:path';
import { said } from '#model/said.ts';
import type { SettingSource } from '#model/settings.ts';
import type { WorkerConfig } from '#model/worker.ts';
import { absent, type Findings, type Found, readValue, shown, wrong } from './found.ts';
import { DEFAULT_WORKER_PORT, NUMBERED_KEY } from './keys.ts';
import { findVariable, type Sources } from './sources.ts';
import { type Address, addressOf, host, port, type ValueKind, workerId } from './value-kinds.ts';
import type { WorkerEntry } from './workers-file.ts';

/** A worker, and which source its address came from. */
export interface ConfiguredWorker {
  readonly config: WorkerConfig;
  readonly source: SettingSource;
}

/** What the variables WORKER_NN_… of one number say. */
interface NumberedWorker {
  readonly id: string;
  readonly ip: string | undefined;
  readonly port: number | undefined;
  readonly source: SettingSource;
  /** False where one of its keys was wrong, which is then noted. */
  readonly complete: boolean;
  /** The key that gives the id, or one of the keys that are there. */
  readonly idWhere: string;
  /** The key that would give the address. */
  readonly ipWhere: string;
}

/** The workers of all sources: the numbered ones in the order of their numbers, then those of the JSON file alone. */
export function mergeWorkers(sources: Sources, dir: string, findings: Findings): ConfiguredWorker[] {
  const numbered = numberedWorkers(sources, findings);
  const written = sources.workersFile.workers;
  refuseDuplicates(
    numbered.map(({ id, idWhere }) => [id, idWhere]),
    findings,
  );
  refuseDuplicates(
    written.map(({ id, where }) => [id, `${where}.id`]),
    findings,
  );
  const entries = new Map(written.map((entry) => [entry.id, entry]));
  const ids = new Set([...numbered.map(({ id }) => id), ...entries.keys()]);
  const byId = new Map(numbered.map((worker) => [worker.id, worker]));
  const workers = [...ids].flatMap((id) => {
    const parts: Parts = { id, numbered: byId.get(id), entry: entries.get(id), dir };
    const worker = merge(parts);
    if (worker !== undefined) return [worker];
    // Where a part was not understood, which has been noted, the address may be in it.
    const isKnown =
      parts.numbered?.complete !== false && (parts.entry !== undefined || sources.workersFile.complete);
    if (isKnown) findings.errors.push(missingAddress(parts));
    return [];
  });
  warnOfSharedAddresses(workers, findings);
  return workers;
}

interface Parts {
  readonly id: string;
  readonly numbered: NumberedWorker | undefined;
  readonly entry: WorkerEntry | undefined;
  readonly dir: string;
}

/** One worker of its parts, key by key; undefined where none of them gives an address. */
function merge({ id, numbered, entry, dir }: Parts): ConfiguredWorker | undefined {
  const address = mergeAddress(numbered, entry);
  if (address === undefined) return undefined;
  return {
    config: {
      id,
      ...address,
      slots: entry?.slots ?? null,
      labels: entry?.labels ?? [],
      tokenFile: entry?.tokenFile === undefined ? null : resolve(dir, entry.tokenFile),
      origin: 'configured',
    },
    source: numbered?.ip === undefined ? 'config_workers.json' : numbered.source,
  };
}

function mergeAddress(numbered: Parts['numbered'], entry: Parts['entry']): Address | undefined {
  if (numbered?.ip === undefined && entry?.url !== undefined) return withPort(entry.url, numbered?.port);
  const ip = numbered?.ip ?? entry?.ip;
  return ip === undefined ? undefined : addressOf(ip, numbered?.port ?? entry?.port ?? DEFAULT_WORKER_PORT);
}

function missingAddress({ id, numbered, entry }: Parts): string {
  return entry === undefined
    ? absent(numbered?.ipWhere ?? id, said`the address of ${id}: ${host.expected}`)
    : wrong(entry.where, said`${id} without an address`, said`ip (and port) or url`);
}

function withPort(address: Address, portNumber: number | undefined): Address {
  if (portNumber === undefined) return address;
  const url = new URL(address.url);
  url.port = String(portNumber);
  return { ...address, url: url.href.replace(/\/+$/, ''), port: portNumber };
}

function numberedWorkers(sources: Sources, findings: Findings): NumberedWorker[] {
  const numbers = new Set<string>();
  for (const name of [...Object.keys(sources.environment), ...Object.keys(sources.dotenv)]) {
    const number = NUMBERED_KEY.exec(name)?.[1];
    if (number !== undefined) numbers.add(number);
  }
  return [...numbers]
    .sort((a, b) => Number(a) - Number(b) || a.length - b.length)
    .flatMap((number) => numberedWorker(number, sources, findings));
}

/** Nothing where all keys of the number are empty. */
function numberedWorker(number: string, sources: Sources, findings: Findings): NumberedWorker[] {
  const find = (part: string) => findVariable(sources, `WORKER_${number}_${part}`);
  const found = { id: find('ID'), ip: find('IP'), port: find('PORT') };
  const first = found.ip ?? found.id ?? found.port;
  if (first === undefined) return [];
  const before = findings.errors.length;
  const read = <T>(value: Found | undefined, kind: ValueKind<T>) =>
    value === undefined ? undefined : readValue(value, kind, findings);
  const parts = {
    id: read(found.id, workerId) ?? `worker-${number}`,
    ip: read(found.ip, host),
    port: read(found.port, port),
  };
  const worker: NumberedWorker = {
    ...parts,
    source: first.source,
    complete: findings.errors.length === before,
    idWhere: (found.id ?? first).where,
    ipWhere: first.where.replace(/_[A-Z]+$/, '_IP'),
  };
  return [worker];
}

function refuseDuplicates(pairs: readonly (readonly [string, string])[], { errors }: Findings): void {
  const first = new Map<string, string>();
  for (const [id, where] of pairs) {
    const other = first.get(id);
    if (other === undefined) first.set(id, where);
    else errors.push(wrong(where, `"${shown(id)}"`, said`another id than that of ${other}`));
  }
}

function warnOfSharedAddresses(workers: readonly ConfiguredWorker[], { warnings }: Findings): void {
  const first = new Map<string, string>();
  for (const { config } of workers) {
    const url = config.url.toLowerCase();
    const other = first.get(url);
    if (other === undefined) first.set(url, config.id);
    else
      warnings.push(
        said`${other} and ${config.id} have the same address ${config.url}: one machine counts as two`,
      );
  }
}
