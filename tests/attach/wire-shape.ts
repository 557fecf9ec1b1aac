import { readdirSync, readFileSync } from 'node:fs';
import { toWire } from '#attach/wire-value.ts';
import { Table } from '#model/table.ts';

const MESSAGES = new URL('../../source/attach/messages.ts', import.meta.url);
const MODEL = new URL('../../source/model/', import.meta.url);

/** All that the two ends say to each other is one of these. */
const ROOTS = [
  ...['ClientHello', 'MasterHello', 'Request', 'MasterMessage'],
  ...['Event', 'Snapshot', 'Command', 'CommandAnswer', 'Query', 'QueryAnswer'],
];
const VALUES = {
  table: Table.from([['id', 1]]),
  map: new Map([['key', 1]]),
  set: new Set([1]),
  numbers: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, -0],
  nothing: undefined,
  tagged: { $: 'mine' },
};

/** What is sent, as text: the types of every message with all that they are made of, and how what JSON lacks is written. */
export function wireShape(): string {
  const declarations = new Map<string, string>();
  for (const file of [MESSAGES, ...modelFiles()]) {
    for (const [name, text] of declarationsIn(readFileSync(file, 'utf8'))) {
      declarations.set(name, `${declarations.get(name) ?? ''}${text}\n`);
    }
  }
  const found = new Map<string, string>();
  const add = (name: string): void => {
    const text = declarations.get(name);
    if (text === undefined || found.has(name)) return;
    found.set(name, text);
    // A constant counts where a type is made from it; what else it is made from does not.
    if (/^const/.test(text)) return;
    for (const [used] of text.matchAll(/\b[A-Z]\w*/g)) add(used);
  };
  for (const root of ROOTS) add(root);
  const texts = [...found.keys()].sort().map((name) => found.get(name));
  return `${texts.join('\n')}\n${JSON.stringify(toWire(VALUES), null, 1)}\n`;
}

function modelFiles(): URL[] {
  return readdirSync(MODEL)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => new URL(name, MODEL));
}

/** Types and constants by name, without their comments. In formatted source whatever is not indented begins something new. */
function declarationsIn(source: string): [string, string][] {
  const lines = source
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/ .*$/gm, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const statements: string[] = [];
  for (const line of lines) {
    if (/^[\s})\]]/.test(line)) statements.push(`${statements.pop() ?? ''}\n${line}`);
    else statements.push(line);
  }
  return statements.flatMap((statement) => {
    const text = statement.replace(/^export /, '');
    const name = /^(?:interface|type|const) (\w+)/.exec(text)?.[1];
    return name === undefined ? [] : [[name, text]];
  });
}
