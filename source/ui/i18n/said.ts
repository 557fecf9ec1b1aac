import { saidEs } from './said-es.ts';

/** The text in another language; as it is where it is none of ours. */
export type Say = (text: string) => string;

interface Sentence {
  readonly pattern: RegExp;
  readonly translation: string;
  /** Characters that are not a place: of two sentences that a text may be, the one with more of them is meant. */
  readonly ownCharacters: number;
}

const PLACE = /\{(\d)\}/g;
/** What a regular expression does not take literally. */
const SPECIAL = /[\\^$.*+?()[\]{}|]/g;
/** What others say may be long; a sentence of ours with their words in it is no longer than this. */
const LONGEST = 4_000;
/** In longer texts no sentence is looked for that others follow: each place where one may end costs as much as the whole. */
const LONGEST_OF_SEVERAL = 1_000;
/** Texts that are remembered: what stands on a screen, or is filtered, is asked for at every frame. */
const REMEMBERED = 2_000;

/**
 * Says in Spanish what the tag said (model/said.ts) marks. Those sentences come with events, from the database and from other
 * processes as English text, so that logs, scripts and older files have them; here they are known by their words.
 */
export function spanish(): Say {
  const known = new Map<string, string>();
  let sentences: readonly Sentence[] | null = null;

  function find(text: string): string {
    return sentence(text) ?? oneAfterOther(text) ?? text;
  }

  function sentence(text: string): string | null {
    // Not before the first picture, which seldom has any.
    sentences ??= Object.entries(saidEs)
      .map(sentenceOf)
      .sort((a, b) => b.ownCharacters - a.ownCharacters);
    for (const { pattern, translation } of sentences) {
      const values = pattern.exec(text);
      if (values === null) continue;
      return translation.replace(PLACE, (_, index: string) => say(values[Number(index) + 1] ?? ''));
    }
    return null;
  }

  /** What is wrong with a file may be several sentences, of which the first is known. */
  function oneAfterOther(text: string): string | null {
    if (text.length > LONGEST_OF_SEVERAL) return null;
    for (let end = text.indexOf('. '); end >= 0; end = text.indexOf('. ', end + 2)) {
      const first = sentence(text.slice(0, end));
      if (first !== null) return `${first}. ${say(text.slice(end + 2))}`;
    }
    return null;
  }

  /** Values are shorter than the sentence that they stand in: this ends. */
  function say(text: string): string {
    // None of our sentences has several lines; each line may be one.
    if (text.includes('\n')) return text.split('\n').map(say).join('\n');
    if (text === '' || text.length > LONGEST) return text;
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= REMEMBERED) known.clear();
    const found = find(text);
    known.set(text, found);
    return found;
  }

  return say;
}

function sentenceOf([english, translation]: readonly [string, string]): Sentence {
  const literals = english.split(PLACE).filter((_, index) => index % 2 === 0);
  const pattern = literals.map((literal) => literal.replace(SPECIAL, '\\$&')).join('(.*?)');
  return {
    pattern: new RegExp(`^${pattern}$`, 's'),
    translation,
    ownCharacters: literals.join('').length,
  };
}
