import { throughputOf } from '#model/throughput.ts';
import { fleetCounts } from '#ui/fleet-counts.ts';
import { type Line, padEnd, span, widthOf } from '#ui/lines/line.ts';
import type { Style } from '#ui/theme/theme.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { bigFigure, FIGURE_ROWS } from './big-figures.ts';

interface Figure {
  readonly text: string;
  readonly label: string;
  readonly style?: Style | undefined;
  /** The widest that it becomes, where that is known: whatever it is just now, its neighbours stand still. */
  readonly widest?: string;
}

/** Cells between two figures, for each cell of a point. */
const GAP = 3;

/** How many are well, and what they do. The first is the one that matters; the clock is last. */
function figuresOf(context: ViewContext, style: Style): Figure[] {
  const { snapshot, now, t, format } = context;
  // Before anything was heard of the master not even a zero is true.
  if (snapshot.settings === null) return unknownFigures(style, context);
  const { healthy, total } = fleetCounts(snapshot);
  const { counts } = snapshot.tasks;
  const running = counts.running + counts.assigned;
  const { completed, watchedMs, perMinute } = throughputOf(snapshot, now);
  // Until a minute was watched there is no number of them a minute.
  const throughputFigure =
    perMinute === null
      ? { text: String(completed), label: t('wall.done-in', { duration: format.duration(watchedMs) }) }
      : { text: String(Math.round(perMinute)), label: t('wall.rate') };
  return [
    { text: `${healthy}/${total}`, widest: `${total}/${total}`, label: t('wall.healthy'), style },
    { text: String(running), label: t('wall.running'), style: running > 0 ? 'info' : 'muted' },
    { text: String(counts.pending), label: t('wall.queued') },
    throughputFigure,
    clock(context),
  ];
}

function unknownFigures(style: Style, context: ViewContext): Figure[] {
  const { t } = context;
  const labels = [t('wall.running'), t('wall.queued'), t('wall.rate')];
  return [
    { text: '-', label: t('wall.healthy'), style },
    ...labels.map((label): Figure => ({ text: '-', label, style: 'muted' })),
    clock(context),
  ];
}

function clock({ now, t, format }: ViewContext): Figure {
  return { text: format.time(now).slice(0, 5), label: t('wall.clock'), style: 'muted' };
}

/** The figures five rows high and what they mean, in `width` cells: as many as fit, the first always, in `style`. */
export function figureLines(context: ViewContext, style: Style, width: number): Line[] {
  const figures = figuresOf(context, style);
  // Square points where all have room for them, else narrow ones, else fewer figures.
  for (const points of [2, 1] as const) {
    const drawn = drawnFigures(figures, points);
    if (totalWidth(drawn, points) <= width) return joined(drawn, points);
  }
  const drawn = drawnFigures(figures, 1);
  while (drawn.length > 1 && totalWidth(drawn, 1) > width) drawn.pop();
  return joined(drawn, 1);
}

interface Drawn extends Figure {
  readonly rows: readonly string[];
  readonly width: number;
}

function drawnFigures(figures: readonly Figure[], points: 1 | 2): Drawn[] {
  return figures.map((figure) => {
    const rows = bigFigure(figure.text, points);
    const [widest = ''] = bigFigure(figure.widest ?? figure.text, points);
    return { ...figure, rows, width: Math.max(widthOf(widest), widthOf(figure.label)) };
  });
}

function totalWidth(drawn: readonly Drawn[], points: 1 | 2): number {
  return drawn.reduce((sum, { width }) => sum + width, 0) + GAP * points * (drawn.length - 1);
}

function joined(drawn: readonly Drawn[], points: 1 | 2): Line[] {
  const gap = span(' '.repeat(GAP * points));
  const row = (cells: (figure: Drawn) => string, style: (figure: Drawn) => Style | undefined): Line =>
    drawn.flatMap((figure, index) => [
      ...(index === 0 ? [] : [gap]),
      span(padEnd(cells(figure), figure.width), style(figure)),
    ]);
  return [
    ...Array.from({ length: FIGURE_ROWS }, (_, index) =>
      row(
        ({ rows }) => rows[index] ?? '',
        ({ style }) => style,
      ),
    ),
    row(
      ({ label }) => label,
      () => 'muted',
    ),
  ];
}
