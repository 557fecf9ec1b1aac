/** Where a query was found in a text, and how well: the larger, the better. */
export interface FuzzyMatch {
  readonly score: number;
  /** Positions of the characters found, as UTF-16 units of the text as it was given. */
  readonly positions: ReadonlySet<number>;
}

const IN_A_ROW = 8;
const WORD_START = 6;
const FOUND = 1;

/**
 * Finds every word of `query` in `text`, its letters in order but not necessarily side by side. Case and accents are
 * ignored. Letters in a row and at the beginning of words count more. Null where a word is not found.
 */
export function fuzzyMatch(query: string, text: string): FuzzyMatch | null {
  const letters = folded(text);
  const positions = new Set<number>();
  let score = 0;
  for (const word of query.split(/\s+/).filter((each) => each !== '')) {
    const best = bestOf(folded(word), letters);
    if (best === null) return null;
    score += best.score;
    for (const position of best.positions) positions.add(position);
  }
  return { score, positions };
}

/** One letter a UTF-16 unit, without case and accents. */
function folded(text: string): string[] {
  return text.split('').map((unit) => (unit.normalize('NFD')[0] ?? unit).toLowerCase());
}

/** The best of the ways that begin at each place where the word may begin. */
function bestOf(word: readonly string[], letters: readonly string[]): FuzzyMatch | null {
  let best: FuzzyMatch | null = null;
  for (const [start, letter] of letters.entries()) {
    if (letter !== word[0]) continue;
    const found = foundFrom(start, word, letters);
    if (found !== null && (best === null || found.score > best.score)) best = found;
  }
  return best;
}

function foundFrom(start: number, word: readonly string[], letters: readonly string[]): FuzzyMatch | null {
  const positions = new Set<number>();
  let score = 0;
  let last = -1;
  for (const letter of word) {
    const at = letters.indexOf(letter, last < 0 ? start : last + 1);
    if (at < 0) return null;
    score += FOUND;
    if (last >= 0 && at === last + 1) score += IN_A_ROW;
    if (at === 0 || !/[\p{L}\d]/u.test(letters[at - 1] ?? '')) score += WORD_START;
    positions.add(at);
    last = at;
  }
  return { score, positions };
}
