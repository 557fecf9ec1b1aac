import * as z from 'zod/mini';
import { said } from '#model/said.ts';
import { describe, wrongIn } from './document-error.ts';
import { absent, type Findings, type Found, wrong } from './found.ts';
import { KEYS } from './keys.ts';
import {
  type Address,
  host,
  integer,
  name,
  path,
  port,
  type ValueKind,
  workerId,
  workerUrl,
} from './value-kinds.ts';

/** A worker of config_workers.json. Undefined: not there. */
export interface WorkerEntry {
  readonly id: string;
  readonly ip: string | undefined;
  readonly port: number | undefined;
  readonly url: Address | undefined;
  readonly slots: number | undefined;
  readonly labels: readonly string[];
  readonly tokenFile: string | undefined;
  /** For an error: the file and the place in it. */
  readonly where: string;
}

export interface WorkersFile {
  readonly workers: readonly WorkerEntry[];
  /** The values of the `orchestrator` block by their names there. */
  readonly orchestrator: ReadonlyMap<string, Found>;
  /** False where a part could not be understood, so that what seems to be missing may be in it. */
  readonly complete: boolean;
}

const MAX_SLOTS = 1_000;

/** Text or number, as people write either; `null` counts as not there. */
function optional<T>(kind: ValueKind<T>) {
  return z.optional(
    z.pipe(
      z.unknown(),
      z.transform((value, context): T | undefined => {
        if (value === null || value === undefined) return undefined;
        const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
        const parsed = kind.parse(text);
        if (parsed === undefined)
          context.issues.push({ code: 'custom', message: kind.expected, input: value });
        return parsed;
      }),
    ),
  );
}

function workerSchema() {
  return z.looseObject(
    {
      id: optional(workerId),
      ip: optional(host),
      port: optional(port),
      url: optional(workerUrl),
      slots: optional(integer(1, MAX_SLOTS)),
      labels: z.nullish(z.array(optional(name), said`a list of texts`)),
      token_file: optional(path),
    },
    said`an object such as {"id": "worker-01", "ip": "172.20.10.3", "port": 8080}`,
  );
}

function fileSchema() {
  return z.looseObject({}, said`an object such as {"workers": [], "orchestrator": {}}`);
}

/**
 * Understands the parsed file; undefined stands for one that could not be parsed. What is wrong is noted with its
 * place, for example `workers[0].port`.
 */
export function parseWorkersFile(document: unknown, file: string, findings: Findings): WorkersFile {
  const before = findings.errors.length;
  function parsed<T>(schema: z.ZodMiniType<T>, value: unknown, place: readonly PropertyKey[]): T | undefined {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    findings.errors.push(...wrongIn(value, result.error.issues, { file, place }));
    return undefined;
  }
  const top = document === undefined ? undefined : parsed(fileSchema(), document, []);
  const list =
    parsed(z.nullish(z.array(z.unknown(), said`a list of workers`)), top?.workers, ['workers']) ?? [];
  const block = parsed(
    z.nullish(z.looseObject({}, said`an object such as {"retry_attempts": 3}`)),
    top?.orchestrator,
    ['orchestrator'],
  );
  const schema = workerSchema();
  const workers = list.flatMap((raw, index): WorkerEntry[] => {
    const worker = parsed(schema, raw, ['workers', index]);
    return worker === undefined ? [] : entryOf(worker, `${file}: workers[${index}]`, findings);
  });
  const orchestrator = orchestratorOf(block ?? {}, file, findings);
  return { workers, orchestrator, complete: top !== undefined && findings.errors.length === before };
}

function entryOf(
  worker: z.infer<ReturnType<typeof workerSchema>>,
  where: string,
  { errors }: Findings,
): WorkerEntry[] {
  const { id, ip, url, slots } = worker;
  if (id === undefined) {
    errors.push(absent(`${where}.id`, workerId.expected));
    return [];
  }
  if (url !== undefined && (ip !== undefined || worker.port !== undefined)) {
    errors.push(wrong(where, said`${id} with a url and an ip or port`, said`either url, or ip and port`));
  }
  const labels = (worker.labels ?? []).filter((label) => label !== undefined);
  return [{ id, ip, port: worker.port, url, slots, labels, tokenFile: worker.token_file, where }];
}

function orchestratorOf(block: Readonly<Record<string, unknown>>, file: string, { errors }: Findings) {
  const values = new Map<string, Found>();
  for (const key of Object.values(KEYS)) {
    if (!('json' in key) || !Object.hasOwn(block, key.json)) continue;
    const value = block[key.json];
    const where = `${file}: orchestrator.${key.json}`;
    if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value).trim();
      if (text !== '') values.set(key.json, { text, source: 'config_workers.json', where });
    } else if (value !== null) {
      errors.push(wrong(where, describe(value), key.kind.expected));
    }
  }
  return values;
}
