import {
  charactersOf,
  EMPTY_LINE,
  fitLine,
  type Line,
  line,
  lineWidth,
  padEnd,
  type Span,
  span,
  spread,
  widthOf,
  wrap,
} from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { choiceName, choicesOf, matchingChoices } from './form-choices.ts';
import {
  type ChoiceFieldId,
  type FieldId,
  isChoiceField,
  isTextField,
  parameterField,
} from './form-fields.ts';
import { fieldLabel } from './form-label.ts';
import { formMessage } from './form-message.ts';
import { fieldNote } from './form-notes.ts';
import { parameterChoices } from './form-parameters.ts';
import { type FormState, withKnownFocus } from './form-state.ts';
import { type FormContext, fieldProblem, formContext, parameterIn } from './form-task.ts';
import { parameterText } from './form-written.ts';
import { type TextField, textFieldLine } from './text-field.ts';

/** From this width on every field has its note beside it; below, the focused one has it under the form. */
const BESIDE = 72;
/** Below this width a label stands above its value. */
const STACKED = 40;
const MARKER = 3;
const GAP = 2;
const NUMBER_CELLS = 18;
const LONGEST_FIELD = 120;
const MESSAGE_ROWS = 3;
/** Rows that the fields keep, whatever there is to say. */
const LEAST_FIELD_ROWS = 3;
const TINY_ROWS = 6;
/** The widest that a label may be: a worker may announce a longer one. */
const LONGEST_LABEL = 24;

/** One field as rows. */
interface Block {
  readonly field: FieldId;
  readonly lines: readonly Line[];
}

/** The form in the area: all of it where it fits; else without its air, scrolled to the focused field. */
export function formLines(state: FormState, context: ViewContext): Line[] {
  const { columns } = context.area;
  const known = formContext(state, context);
  return arranged(withKnownFocus(state, known), known).map((spans) =>
    lineWidth(spans) > columns ? fitLine(spans, columns) : spans,
  );
}

function arranged(state: FormState, context: FormContext): Line[] {
  const { rows } = context.area;
  const head: Line[] = [line(` ${context.t('form.title')}`, 'title')];
  const last = context.parameters.at(-1);
  const groupEnds: readonly FieldId[] = [
    context.fields.includes('labels') ? 'labels' : 'worker',
    ...(last === undefined ? [] : [parameterField(last.name)]),
  ];
  const blocks = context.fields.map((field): Block => ({ field, lines: fieldLines(state, field, context) }));
  const foot = footLines(state, context);
  const airy = [
    ...head,
    EMPTY_LINE,
    ...blocks.flatMap(({ field, lines }) => (groupEnds.includes(field) ? [...lines, EMPTY_LINE] : lines)),
    EMPTY_LINE,
    ...foot,
  ];
  if (airy.length <= rows) return airy;
  const dense = blocks.flatMap(({ lines }) => lines);
  if (head.length + dense.length + foot.length <= rows) return [...head, ...dense, ...foot];
  const shortFoot = footLines(state, context, { outcome: 1, event: rows < TINY_ROWS ? 1 : MESSAGE_ROWS });
  const shownFoot = shortFoot.slice(0, Math.max(1, rows - LEAST_FIELD_ROWS));
  return [...scrolled(blocks, state.focus, rows - shownFoot.length), ...shownFoot];
}

/** `rows` of the blocks with the focused one in the middle as far as the ends allow. */
function scrolled(blocks: readonly Block[], focus: FieldId, rows: number): Line[] {
  const all = blocks.flatMap(({ lines }) => lines);
  const before = blocks.slice(
    0,
    blocks.findIndex(({ field }) => field === focus),
  );
  const start = before.reduce((sum, { lines }) => sum + lines.length, 0);
  const height = blocks.find(({ field }) => field === focus)?.lines.length ?? 1;
  const centred = start - Math.max(0, Math.floor((rows - height) / 2));
  const top = Math.max(0, Math.min(centred, all.length - rows));
  return all.slice(top, top + Math.max(1, rows));
}

/** How many rows the message may take: what would happen, and what did happen. */
interface MessageRows {
  readonly outcome: number;
  readonly event: number;
}

const ALL_ROWS: MessageRows = { outcome: MESSAGE_ROWS, event: MESSAGE_ROWS };

/** What stands under the fields, the most urgent first. */
function footLines(state: FormState, context: FormContext, allowed = ALL_ROWS): Line[] {
  const { area } = context;
  const message = formMessage(state, context);
  const rows = message?.urgent ? allowed.event : allowed.outcome;
  const text = message?.text ?? '';
  const wrapped = rows === 1 ? [text] : wrap(text, area.columns - 2).slice(0, rows);
  const lines = wrapped.map((part) => line(` ${part}`, message?.style));
  if (area.columns >= BESIDE) return lines;
  const note: Line = [span(' '), ...fieldNote(state, state.focus, context)];
  // They say the same; where one row is all there is, the shorter one.
  if (message?.field === state.focus) return rows === 1 ? [note] : lines;
  return message?.urgent ? [...lines, note] : [note, ...lines];
}

function fieldLines(state: FormState, field: FieldId, context: FormContext): Line[] {
  const { area } = context;
  const label = fieldLabel(field, context);
  const focused = field === state.focus;
  const marker = markerOf(state, field, context);
  if (area.columns < STACKED) {
    const value = valueLine(state, field, { context, width: area.columns - MARKER });
    return [
      [marker, span(label, focused ? 'strong' : 'muted')],
      [span(' '.repeat(MARKER)), ...value],
    ];
  }
  const labels = context.fields.map((id) => widthOf(fieldLabel(id, context)));
  const labelWidth = Math.min(LONGEST_LABEL, Math.max(...labels)) + GAP;
  const room = area.columns - MARKER - labelWidth - 1;
  const row = (width: number): Line => [
    marker,
    span(padEnd(label, labelWidth - GAP) + ' '.repeat(GAP), focused ? 'strong' : 'muted'),
    ...valueLine(state, field, { context, width }),
  ];
  if (area.columns < BESIDE) return [row(room)];
  const beside = Math.min(40, Math.max(26, Math.floor(room * 0.4)));
  const note = fieldNote(state, field, context);
  // A long description has the room of its note as well, unless that is a warning.
  if (field === 'description' && widthOf(state.texts.description.text) > beside - GAP - 1) {
    const warning = note.some(({ style }) => style === 'warning') ? [span(' '.repeat(GAP)), ...note] : [];
    return [[...row(Math.min(LONGEST_FIELD, room - lineWidth(warning))), ...warning]];
  }
  return [[...row(beside), span(' '.repeat(GAP)), ...fitLine(note, room - beside - GAP)]];
}

function markerOf(state: FormState, field: FieldId, context: FormContext) {
  if (field === state.focus) return span(' ▸ ', 'accent');
  return fieldProblem(state, field, context) === null ? span('   ') : span(' ! ', 'bad');
}

interface ValueBox {
  readonly context: FormContext;
  readonly width: number;
}

/** A field's value in exactly `width` cells. */
function valueLine(state: FormState, field: FieldId, { context, width }: ValueBox): Line {
  const focused = field === state.focus && !state.sending;
  const parameter = parameterIn(field, context);
  if (parameter !== undefined) {
    const written = parameterText(state, parameter, context);
    const choices = parameterChoices(parameter) ?? [];
    if (choices.includes(written.text)) {
      return chosenLine(written.text, { right: placeIn(choices, written.text), focused, width });
    }
    const isNumber = parameter.type === 'integer' || parameter.type === 'number';
    const cells = isNumber ? Math.min(NUMBER_CELLS, width - GAP) : width - GAP;
    return writtenLine(written, { cells, focused, width });
  }
  if (isChoiceField(field)) return choiceLine(state, field, { context, width });
  if (!isTextField(field)) return fitLine([span(' '.repeat(GAP)), foldSpan(focused)], width);
  const isLong = field === 'description' || field === 'labels';
  const cells = isLong ? width - GAP : Math.min(NUMBER_CELLS, width - GAP);
  return writtenLine(state.texts[field], { cells, focused, width });
}

/** What is folded can be unfolded. */
function foldSpan(focused: boolean): Span {
  return span('…', focused ? 'accent' : 'muted');
}

interface FieldLook {
  readonly focused: boolean;
  readonly width: number;
}

function writtenLine(
  text: TextField,
  { cells, focused, width }: FieldLook & { readonly cells: number },
): Line {
  return fitLine([span(' '.repeat(GAP)), ...textFieldLine(text, focused, Math.max(1, cells))], width);
}

/** `‹ benchmark.py ›`, and at the right where among how many it stands, or what is searched for. */
function choiceLine(state: FormState, field: ChoiceFieldId, { context, width }: ValueBox): Line {
  const { t, snapshot } = context;
  const focused = field === state.focus && !state.sending;
  const chosen = state.choices[field];
  const choices = matchingChoices(choicesOf(field, snapshot), focused ? state.search : '', t);
  const searching = focused && state.search !== '';
  const found: Line = [
    span(' /', 'accent'),
    span(lastCells(state.search, Math.floor(width / 2) - 3), 'strong'),
    span('▏', 'accent'),
  ];
  const place = field === 'priority' ? [] : placeIn(choices, chosen);
  return chosenLine(choiceName(chosen, t), { right: searching ? found : place, focused, width });
}

function chosenLine(name: string, { right, focused, width }: FieldLook & { readonly right: Line }): Line {
  const arrows = focused ? 'accent' : 'muted';
  const room = Math.max(1, width - lineWidth(right) - 2 * GAP);
  const shown = widthOf(name) <= room ? name : padEnd(name, room);
  return spread(
    [span('‹ ', arrows), span(shown, focused ? 'strong' : undefined), span(' ›', arrows)],
    right,
    width,
  );
}

function placeIn(choices: readonly string[], chosen: string): Line {
  const place = choices.indexOf(chosen);
  return choices.length < 2 || place === -1 ? [] : [span(` ${place + 1}/${choices.length}`, 'muted')];
}

/** The end of `text` in at most `width` cells: what was typed last. */
function lastCells(text: string, width: number): string {
  const characters = charactersOf(text);
  let start = 0;
  while (start < characters.length && widthOf(characters.slice(start).join('')) > width) start += 1;
  return characters.slice(start).join('');
}
