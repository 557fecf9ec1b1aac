import { StringDecoder } from 'node:string_decoder';
import type { OutputRules, ParameterValue, ParameterValues } from './benchmark.ts';

/** Reads progress and results from what a program prints, while it prints. */
export interface OutputReader {
  push(chunk: Uint8Array): void;
  /** How far the run is, 0–1; null where nothing was said. */
  progress(): number | null;
  /** What has been printed so far, an unfinished last line included. The last match of each rule stands. */
  results(): { readonly values: ParameterValues; readonly missing: readonly string[] };
}

/** More of a line is not read: a program may print gigabytes without a newline. */
const MAX_LINE = 16_384;
const MAX_KEYS = 256;

export function createOutputReader({ progress: progressRule, results, json }: OutputRules): OutputReader {
  const decoder = new StringDecoder('utf8');
  const found = new Map<string, ParameterValue>();
  let object: Readonly<Record<string, unknown>> | null = null;
  let fraction: number | null = null;
  let line = '';

  function append(text: string): void {
    if (line.length < MAX_LINE) line += text.slice(0, MAX_LINE - line.length);
  }

  function read(whole: string): void {
    const text = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
    fraction = fractionIn(text, progressRule) ?? fraction;
    for (const { name, pattern } of results) {
      const value = pattern.exec(text)?.groups?.value;
      if (value !== undefined) found.set(name, numberOrText(value));
    }
    if (json) object = objectIn(text) ?? object;
  }

  return {
    push(chunk) {
      const text = decoder.write(chunk);
      let start = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
        append(text.slice(start, end));
        read(line);
        line = '';
        start = end + 1;
      }
      append(text.slice(start));
    },
    progress: () => fraction,
    results() {
      if (line !== '') read(line);
      const told = Object.entries(object ?? {})
        .filter(isValue)
        .slice(0, MAX_KEYS);
      const missing = results.filter(({ name }) => !found.has(name)).map(({ name }) => name);
      const lacksObject = json && object === null ? ['a JSON object'] : [];
      return { values: Object.fromEntries([...told, ...found]), missing: [...missing, ...lacksObject] };
    },
  };
}

function fractionIn(line: string, rule: RegExp | null): number | null {
  const groups = rule?.exec(line)?.groups;
  if (groups === undefined) return null;
  const fraction =
    groups.percent === undefined ? Number(groups.done) / Number(groups.total) : Number(groups.percent) / 100;
  return Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : null;
}

function numberOrText(text: string): ParameterValue {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : text;
}

function objectIn(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.trimStart().startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' ? (value as Readonly<Record<string, unknown>> | null) : null;
  } catch {
    return null;
  }
}

function isValue(entry: [string, unknown]): entry is [string, ParameterValue] {
  const value = entry[1];
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
