import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../../source', import.meta.url));

/** A template of the sources as `said-es.ts` has it: its values are `{0}`, `{1}`. */
export interface Sentence {
  readonly file: string;
  readonly text: string;
}

/** Every sentence that the sources mark with `said`. */
export function saidSentences(): Sentence[] {
  return sourceFiles().flatMap((file) => {
    const code = readFileSync(join(SOURCE, file), 'utf8');
    return [...code.matchAll(/\bsaid`/g)].map(({ index }) => ({ file, text: templateAt(code, index + 5) }));
  });
}

/** The sources of the program, by their place in `source/`. */
export function sourceFiles(): string[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
}

export function sourceText(file: string): string {
  return readFileSync(join(SOURCE, file), 'utf8');
}

/** The template whose text begins at `start`, behind its backtick. */
function templateAt(code: string, start: number): string {
  let text = '';
  let places = 0;
  for (let at = start; code[at] !== '`'; at += 1) {
    if (at >= code.length) throw new Error('a template has no end');
    if (code[at] === '\\') {
      text += code[at + 1];
      at += 1;
    } else if (code.startsWith('${', at)) {
      at = placeEnd(code, at + 2);
      text += `{${places}}`;
      places += 1;
    } else text += code[at];
  }
  return text;
}

/** Where the brace is that closes a place; templates, texts and braces within it are skipped. */
function placeEnd(code: string, start: number): number {
  for (let at = start; at < code.length; at += 1) {
    const character = code[at];
    if (character === '}') return at;
    if (character === '{') at = placeEnd(code, at + 1);
    else if (character === "'") at = code.indexOf("'", at + 1);
    else if (character === '`') {
      for (at += 1; code[at] !== '`'; at += 1) if (code.startsWith('${', at)) at = placeEnd(code, at + 2);
    }
  }
  throw new Error('a place has no end');
}
