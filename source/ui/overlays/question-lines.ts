import { EMPTY_LINE, type Line, line, lineWidth, type Span, span, wrap } from '#ui/lines/line.ts';
import type { Area } from '#ui/views/view.ts';

/** A question with two answers, the first of which changes nothing. */
export interface QuestionText {
  readonly title: string;
  readonly text: string;
  readonly answers: readonly [stay: string, go: string];
  readonly focused: 0 | 1;
}

/** Between the answers, where there is room. */
const GAP = '   ';

/** The question on the screen. Where rows are short the text gives way, never the answers. */
export function questionLines({ title, text, answers, focused }: QuestionText, area: Area): Line[] {
  const heading = line(` ${title}`, 'title');
  const labels = answers.map((answer, index) =>
    span(` ${answer} `, index === focused ? 'selected' : undefined),
  ) as [Span, Span];
  const row: Line = [span(' '), labels[0], span(GAP), labels[1]];
  // One below the other where they do not fit beside each other: half an answer is none.
  const buttons = lineWidth(row) <= area.columns ? [row] : labels.map((label): Line => [label]);
  const body = wrap(text, area.columns - 2).map((part) => line(` ${part}`));
  const whole = [EMPTY_LINE, heading, EMPTY_LINE, ...body, EMPTY_LINE, ...buttons];
  if (whole.length <= area.rows) return whole;
  return [heading, ...body.slice(0, Math.max(0, area.rows - 1 - buttons.length)), ...buttons];
}

/** What a key does to a question: the other answer focused, one of them given, or nothing. */
export function questionKey(key: string): 'answer' | 'other' | 'stay' | null {
  switch (key) {
    case 'enter':
      return 'answer';
    case 'esc':
      return 'stay';
    case 'tab':
    case 'shift-tab':
    case 'left':
    case 'right':
    case 'h':
    case 'l':
      return 'other';
    default:
      return null;
  }
}
