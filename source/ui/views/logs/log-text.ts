import type { LogFields, LogLine } from '#model/log-line.ts';
import type { LogLevel } from '#model/settings.ts';
import { plainLine, plainText } from '#model/text.ts';
import { type Fact, factLines } from '#ui/lines/facts.ts';
import { EMPTY_LINE, type Line, line, padEnd, type Span, span, wrap } from '#ui/lines/line.ts';
import type { Style } from '#ui/theme/theme.ts';
import type { ViewContext } from '#ui/views/view.ts';

/** Below this width there is neither a time nor a word for the level. */
const NARROW = 44;
/** From this width on the date stands before the time. */
const WIDE = 140;
const LEVEL_WIDTH = 5;

const LEVEL_STYLES: Readonly<Record<LogLevel, Style>> = {
  error: 'bad',
  warn: 'warning',
  info: 'info',
  debug: 'muted',
};

type Texts = Pick<ViewContext, 't' | 'format' | 'area'>;

/** The ids that this program makes itself, and what follows in the tasks of a sweep. */
const LONG_ID = /^([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-\d+)?$/;

/** An id as a row has room for it: its first 8 characters, and its place in a sweep. */
function shortened(id: string): string {
  const [, beginning, place] = LONG_ID.exec(id) ?? [];
  if (beginning === undefined) return id;
  return place === undefined ? beginning : `${beginning}…${place}`;
}

/** The line with its long ids cut, but for one in which a word stands that is looked for and would be cut out. */
export function withShortIds(logLine: LogLine, words: readonly string[]): LogLine {
  const { task, batch } = logLine.fields;
  const isWanted = (id: string, short: string) =>
    words.some((word) => !short.includes(word.toLowerCase()) && id.includes(word.toLowerCase()));
  const shownOf = (id: LogFields[string]) => {
    const short = shortened(String(id));
    return isWanted(String(id), short) ? id : short;
  };
  const ids = {
    ...(task === undefined ? {} : { task: shownOf(task) }),
    ...(batch === undefined ? {} : { batch: shownOf(batch) }),
  };
  return { ...logLine, fields: { ...logLine.fields, ...ids } };
}

/** A log line as one row: when, how bad, what, and with which values. English, as in the file. */
export function logRow(logLine: LogLine, { format, area }: Pick<Texts, 'format' | 'area'>): Line {
  const { at, level, message, fields } = logLine;
  const style = LEVEL_STYLES[level];
  const head =
    area.columns < NARROW
      ? [span(level.charAt(0).toUpperCase(), style)]
      : [
          span(area.columns < WIDE ? format.time(at) : format.dateTime(at), 'muted'),
          span('  '),
          span(padEnd(level, LEVEL_WIDTH), style),
        ];
  return [...head, span(area.columns < NARROW ? ' ' : '  '), span(plainLine(message)), ...fieldSpans(fields)];
}

function fieldSpans(fields: LogFields): Span[] {
  return Object.entries(fields).flatMap(([key, value]) => [
    span(`  ${plainLine(key)}=`, 'muted'),
    span(plainLine(fieldText(value))),
  ]);
}

/** A value as it is shown beside its key: quoted where its end would be in doubt. */
export function fieldText(value: LogFields[string]): string {
  const text = String(value);
  return text === '' || /[\s"=]/.test(text) ? JSON.stringify(text) : text;
}

/** A log line as plain text, whole, for a pager or the clipboard. */
export function pagedLine(logLine: LogLine, { format }: Pick<Texts, 'format'>): string {
  const wide = logRow(logLine, { format, area: { columns: WIDE, rows: 1 } });
  return wide.map(({ text }) => text).join('');
}

/** Log lines as plain text, one a row. */
export function pagedLog(lines: readonly LogLine[], { t, format }: Pick<Texts, 't' | 'format'>): string {
  return lines.map((each) => `${each.at < 0 ? t('logs.hole') : pagedLine(each, { format })}\n`).join('');
}

/** A log line with nothing cut off. */
export function logDetails({ at, level, message, fields }: LogLine, { t, format, area }: Texts): Line[] {
  const facts: Fact[] = [
    { label: t('logs.time'), values: [{ text: format.dateTime(at) }] },
    { label: t('logs.level'), values: [{ text: level, style: LEVEL_STYLES[level] }] },
    ...Object.entries(fields).map(([key, value]) => ({
      label: plainLine(key),
      values: [{ text: plainText(String(value)) }],
    })),
  ];
  return [
    ...wrap(plainText(message), area.columns).map((text) => line(text, 'title')),
    EMPTY_LINE,
    ...factLines(facts, area.columns),
  ];
}
