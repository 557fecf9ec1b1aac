/**
 * Characters that are one cell and one grapheme each whatever stands beside them, as a class of a regular expression:
 * Latin letters, and the rules, bars, arrows and glyphs that screens are made of. What is not among them is measured, at
 * a hundred times the cost.
 */
export const SINGLE_CELLS = String.raw`\x20-\x7e\u00a1-\u00a8\u00aa-\u00ac\u00af-\u024f\u2010-\u2027\u2190-\u2193\u2500-\u25a9\u25b2-\u25b5\u25b8\u25bc\u25cb-\u25d7\u2713\u2717`;

/** These, and what parts a text wherever it stands. */
const APART = new RegExp(String.raw`^[${SINGLE_CELLS}\n\u001b]*$`);

let tables: Intl.Segmenter | null = null;

/**
 * Intl.Segmenter for graphemes. Its tables are loaded by the first text that needs them: that takes a third of the time
 * in which Node itself starts. The bundle puts this in its place for Ink and its libraries as well
 * (docs/decisions/0005-drawing.md).
 */
export class GraphemeSegmenter {
  constructor(_locales?: Intl.LocalesArgument, { granularity = 'grapheme' }: Intl.SegmenterOptions = {}) {
    if (granularity !== 'grapheme') throw new RangeError(`graphemes only, not ${granularity}`);
  }

  /** The graphemes of `text`, and where each begins. */
  segment(text: string): Iterable<Intl.SegmentData> {
    if (APART.test(text)) return unitsOf(text);
    // Not by its bare name, in the place of which the bundle puts this class.
    tables ??= new globalThis.Intl.Segmenter(undefined, { granularity: 'grapheme' });
    return tables.segment(text);
  }
}

function* unitsOf(text: string): Iterable<Intl.SegmentData> {
  for (let index = 0; index < text.length; index += 1) {
    yield { segment: text.charAt(index), index, input: text };
  }
}
