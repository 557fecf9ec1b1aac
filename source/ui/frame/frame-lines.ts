import { basename } from 'node:path';
import { newestFirst } from '#model/ring.ts';
import { pingSuccessRate } from '#model/snapshot.ts';
import { plainLine } from '#model/text.ts';
import { throughputOf } from '#model/throughput.ts';
import { isCutOff } from '#ui/connection.ts';
import { fleetCounts } from '#ui/fleet-counts.ts';
import type { MessageKey } from '#ui/i18n/en.ts';
import { type Binding, shownKeys } from '#ui/keys/keymap.ts';
import { fitWritten, type Line, line, lineWidth, span, spread, widthOf } from '#ui/lines/line.ts';
import { isStale } from '#ui/overdue.ts';
import type { Style } from '#ui/theme/theme.ts';
import { VIEW_IDS, type ViewContext, type ViewId } from '#ui/views/view.ts';
import { incidentLine } from './incident-text.ts';
import { problemText } from './problem-text.ts';

interface Part {
  readonly text: string;
  readonly style?: Style | undefined;
  /** The larger, the earlier it goes where room is short. */
  readonly drop: number;
}

/** The line at the top: who is there, what runs, since when, and the time. */
export function headerLine(context: ViewContext, flags: { readonly readonly: boolean }): Line {
  const { t, format, now, area } = context;
  const right: Line = [span(format.time(now), 'muted'), span(' ')];
  let parts = headerParts(context, flags);
  const room = area.columns - lineWidth(right) - 2;
  while (parts.length > 1 && lineWidth(joined(parts, t('app.name'))) > room) {
    const worst = Math.max(...parts.map(({ drop }) => drop));
    const victim = parts.findLast(({ drop }) => drop === worst);
    parts = parts.filter((part) => part !== victim);
  }
  return spread(joined(parts, t('app.name')), right, area.columns);
}

function joined(parts: readonly Part[], name: string): Line {
  return [span(` ${name}`, 'title'), ...parts.flatMap(({ text, style }) => [span('  '), span(text, style)])];
}

function headerParts(context: ViewContext, flags: { readonly readonly: boolean }): Part[] {
  const { snapshot, t, format, now } = context;
  const { counts } = snapshot.tasks;
  const fleet = fleetCounts(snapshot);
  const { total } = fleet;
  const running = counts.running + counts.assigned;
  const rate = pingSuccessRate(snapshot.counters);
  return [
    ...ageParts(context),
    { text: plainLine(basename(snapshot.settings?.dir ?? '')), style: 'strong' as const, drop: 8 },
    ...(flags.readonly ? [{ text: t('header.readonly'), style: 'warning' as const, drop: 1 }] : []),
    {
      text: steady(
        t('header.active', { active: fleet.active, total }),
        t('header.active', { active: total, total }),
      ),
      style: styleOfShare(fleet.active, total),
      drop: 0,
    },
    {
      text: steady(t('header.healthy', { count: fleet.healthy }), t('header.healthy', { count: total })),
      style: styleOfShare(fleet.healthy, total),
      drop: 2,
    },
    {
      text: steady(t('header.running', { count: running }), t('header.running', { count: fleet.slots })),
      ...(running > 0 ? { style: 'info' as const } : {}),
      drop: 1,
    },
    {
      text: steady(t('header.queued', { count: counts.pending }), t('header.queued', { count: USUAL })),
      drop: 1,
    },
    ...attachedParts(context),
    { text: throughputText(context), drop: 4 },
    {
      text: t('header.pings', {
        rate: steady(rate === null ? '–' : format.percent(rate), format.percent(0.999)),
      }),
      drop: 6,
    },
    {
      text:
        snapshot.settings === null || isCutOff(context.connection)
          ? ''
          : t('header.uptime', { duration: format.uptime(now - snapshot.startedAt) }),
      drop: 7,
    },
  ].filter(({ text }) => text !== '');
}

/** Of what may be any number, one as wide as it usually is at most. */
const USUAL = 999;

/** `text` in at least the cells of `widest`, to the right: what stands behind a number must not move with it. */
function steady(text: string, widest: string): string {
  return ' '.repeat(Math.max(0, widthOf(widest) - widthOf(text))) + text;
}

/** Tasks a minute; until a minute was watched, what was done in how long. Empty before anything was. */
function throughputText({ snapshot, now, t, format }: ViewContext): string {
  const { completed, watchedMs, perMinute } = throughputOf(snapshot, now);
  if (perMinute !== null) {
    return steady(t('header.rate', { count: Math.round(perMinute) }), t('header.rate', { count: USUAL }));
  }
  if (completed === 0) return '';
  return t('header.done-in', { count: completed, duration: format.duration(watchedMs) });
}

/** How old the picture is, where that is worth saying, and why it is. */
function ageParts(context: ViewContext): Part[] {
  const { snapshot, now, t, format } = context;
  const cutOff = cutOffText(context);
  if (cutOff !== '') return [{ text: cutOff, style: 'bad', drop: -1 }];
  if (!isStale(snapshot, now)) return [];
  return [
    { text: t('header.age', { duration: format.duration(now - snapshot.at) }), style: 'bad', drop: -1 },
  ];
}

/** How long the master has not been heard, and what is done about it; empty while it is heard. */
export function cutOffText({ now, t, format, connection }: ViewContext): string {
  if (connection === null || connection.state === 'connected') return '';
  const duration = format.duration(Math.max(0, now - connection.since));
  const isWaiting = connection.state === 'reconnecting' && connection.master === null;
  return t(`header.${isWaiting ? 'waiting' : connection.state}`, { duration });
}

/** Whose picture this is. */
function attachedParts({ t, connection }: ViewContext): Part[] {
  if (connection?.state !== 'connected' || connection.master === null) return [];
  return [{ text: t('header.attached', { pid: connection.master.pid }), style: 'muted', drop: 5 }];
}

function styleOfShare(part: number, total: number): Style | undefined {
  if (total === 0) return undefined;
  return part === total ? 'good' : part === 0 ? 'bad' : 'warning';
}

/** From here on there is air between the tabs. */
const ROOMY_COLUMNS = 100;

/** The views and which one is shown; at the right what the view says of itself. */
export function tabsLine(active: ViewId, status: Line, context: Pick<ViewContext, 't' | 'area'>): Line {
  const { columns } = context.area;
  const right = status.length === 0 ? status : [span(' '), ...status, span(' ')];
  const tabs = tabTexts(active, status, context).flatMap(({ id, gap, text }) => [
    span(gap),
    span(text, id === active ? 'selected' : undefined),
  ]);
  // Of a status that is longer than the rest of the line something goes: the views keep their numbers.
  const room = columns - lineWidth(tabs);
  return spread(tabs, fitWritten(right, room), columns);
}

/** The view whose tab stands in this column; null beside them. */
export function tabAt(
  column: number,
  active: ViewId,
  status: Line,
  context: Pick<ViewContext, 't' | 'area'>,
): ViewId | null {
  let end = 0;
  for (const { id, gap, text } of tabTexts(active, status, context)) {
    const start = end + widthOf(gap);
    end = start + widthOf(text);
    if (column >= start && column < end) return id;
  }
  return null;
}

interface Tab {
  readonly id: ViewId;
  readonly gap: string;
  readonly text: string;
}

function tabTexts(active: ViewId, status: Line, { t, area }: Pick<ViewContext, 't' | 'area'>): Tab[] {
  const gap = area.columns < ROOMY_COLUMNS ? '' : '  ';
  const tabs = (named: (id: ViewId) => boolean) =>
    VIEW_IDS.map((id, index) => ({
      id,
      gap: index === 0 ? ' ' : gap,
      text: named(id) ? ` ${index + 1} ${t(`view.${id}`)} ` : ` ${index + 1} `,
    }));
  const all = tabs(() => true);
  const width = all.reduce((sum, tab) => sum + widthOf(tab.gap) + widthOf(tab.text), 0);
  // A long status takes room from the names of the views that are not shown, never from the one that is.
  const statusWidth = status.length === 0 ? 0 : lineWidth(status) + 2;
  return width + statusWidth <= area.columns ? all : tabs((id) => id === active);
}

/** A rule across the screen. */
export function ruleLine(columns: number): Line {
  return line('─'.repeat(columns), 'rule');
}

/** The problems that are not over, newest first, at most `count`; the last line says how many more there are. */
export function problemLines({ snapshot, t, area }: ViewContext, count: number): Line[] {
  const { problems } = snapshot;
  const more = problems.length - count;
  return problems
    .slice(-count)
    .reverse()
    .map((problem, row) => {
      const own = line(problemText(problem, t), 'bad');
      return row < count - 1 || more <= 0 ? own : spread(own, line(` +${more} `, 'bad'), area.columns);
    });
}

/** The last incidents, newest first. */
export function incidentLines(context: ViewContext, count: number): Line[] {
  const newest = newestFirst(context.snapshot.incidents).take(count);
  return [...newest.map((incident): Line => [span(' '), ...incidentLine(incident, context)])];
}

/** Bindings from here on, the palette, go late where room is short, and help and the way out last. */
const KEPT_LONG = 89;
const KEPT_LONGEST = 90;

/** How a footer is written: roomy where it fits, then closer together, then in its shortest words. */
const FOOTER_LOOKS = [
  { gap: 3, short: false },
  { gap: 2, short: false },
  { gap: 2, short: true },
] as const;

/** The keys that mean something just now, as many as fit, each whole. */
export function footerLine(bindings: readonly Binding[], { t, area }: Pick<ViewContext, 't' | 'area'>): Line {
  let entries = bindings
    .flatMap((binding) => (binding.footer === undefined ? [] : [{ place: binding.footer, binding }]))
    .sort((a, b) => a.place - b.place);
  const drawn = ({ gap, short }: (typeof FOOTER_LOOKS)[number]) =>
    entries.flatMap(({ binding }, index) => [
      span(' '.repeat(index === 0 ? 1 : gap) + shownKeys({ keys: binding.keys.slice(0, 1) }, t), 'accent'),
      span(` ${t(footerLabelOf(binding, short))}`, 'muted'),
    ]);
  for (;;) {
    const fitting = FOOTER_LOOKS.map(drawn).find((footer) => lineWidth(footer) <= area.columns);
    if (fitting !== undefined) return fitting;
    const victim =
      entries.findLast(({ place, binding }) => place < KEPT_LONG && binding.footerKept !== true) ??
      entries.findLast(({ place }) => place < KEPT_LONG) ??
      entries.find(({ place }) => place < KEPT_LONGEST) ??
      entries.at(-1);
    entries = entries.filter((entry) => entry !== victim);
  }
}

function footerLabelOf({ label, footerLabel, footerShort }: Binding, short: boolean): MessageKey {
  return (short ? footerShort : undefined) ?? footerLabel ?? label;
}

/** The whole frame in one line, for windows that have no room for more. */
export function summaryLine(status: Line, context: ViewContext): Line {
  const { snapshot, t, area } = context;
  const { active, healthy, total } = fleetCounts(snapshot);
  const { counts } = snapshot.tasks;
  const values = { active, total, running: counts.running + counts.assigned, queued: counts.pending };
  const style = snapshot.problems.length > 0 ? 'bad' : styleOfShare(healthy, total);
  // What is known is old: that goes before it.
  const age = ageParts(context).map(({ text }) => span(`${text}  `, 'bad'));
  const left = [...age, span(t('workers.summary', values), style)];
  // How many of the fleet are there is said whatever else is: of a long status something goes before that.
  const kept = widthOf(`${active}/${total}…`);
  const right = status.length === 0 ? status : [span(' '), ...status];
  const room = Math.max(0, area.columns - kept);
  return spread(left, fitWritten(right, room), area.columns);
}
