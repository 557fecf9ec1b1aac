import { said } from '#model/said.ts';
import { editDistance } from './edit-distance.ts';
import { type Findings, shown } from './found.ts';
import { KEYS, NUMBERED_KEY, WORKER_KEYS } from './keys.ts';

const OURS = /^(ELASTIC|WORKER|ORCHESTRATOR)_/i;
const LINE = /^[ \t]*(?:export[ \t]+)?((?:ELASTIC|WORKER|ORCHESTRATOR)_\w+)/gim;

/** A warning with the nearest known key for each key that looks like one of ours and is none. */
export function warnOfUnknownKeys(names: Iterable<string>, where: string, { warnings }: Findings): void {
  const known: ReadonlySet<string> = new Set(
    [KEYS, WORKER_KEYS].flatMap((keys) => Object.values(keys).map(({ name }) => name)),
  );
  for (const name of names) {
    if (!OURS.test(name) || known.has(name) || NUMBERED_KEY.test(name)) continue;
    warnings.push(
      said`${where}: ${shown(name)} is no known key and is ignored; the nearest is ${nearest(name, known)}`,
    );
  }
}

/** A warning for each line that begins with one of our keys and was not understood, such as `ELASTIC_PING_INTERVAL 5`. */
export function warnOfLostLines(
  text: string,
  parsed: Readonly<Record<string, string>>,
  { where, findings }: { readonly where: string; readonly findings: Findings },
): void {
  for (const match of text.matchAll(LINE)) {
    const name = match[1];
    if (name === undefined || Object.hasOwn(parsed, name)) continue;
    const line = text.slice(0, match.index + match[0].length).split('\n').length;
    findings.warnings.push(
      said`${where}: line ${line} begins with ${shown(name)} but is not of the form KEY=value, and is ignored`,
    );
  }
}

function nearest(name: string, known: ReadonlySet<string>): string {
  const wanted = name.slice(0, 64).toUpperCase();
  const number = /^WORKER_(\d{1,6})/.exec(wanted)?.[1];
  const candidates = [...known, ...['IP', 'ID', 'PORT'].map((part) => `WORKER_${number ?? '01'}_${part}`)];
  return candidates.reduce((best, candidate) =>
    editDistance(wanted, candidate) < editDistance(wanted, best) ? candidate : best,
  );
}
