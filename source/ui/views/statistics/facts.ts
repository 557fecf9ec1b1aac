import { type Line, line, padEnd, padStart, span, widthOf } from '#ui/lines/line.ts';
import type { Style } from '#ui/theme/theme.ts';
import type { ViewContext } from '#ui/views/view.ts';

interface Fact {
  readonly label: string;
  readonly value: string;
  readonly style?: Style | undefined;
}

/** A few facts under a title. */
export interface FactBlock {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** The system's figures since the counters began: they go on across restarts, the uptime does not. */
export function factBlocks({ snapshot, now, t, format }: ViewContext): FactBlock[] {
  const { counters, settings, startedAt } = snapshot;
  const share = (good: number, all: number) => (all === 0 ? '–' : format.percent(good / all));
  const trouble = (count: number): Fact['style'] => (count > 0 ? 'bad' : undefined);
  const ended = counters.tasksCompleted + counters.tasksFailed;
  return [
    {
      title: t('statistics.system'),
      facts: [
        {
          label: t('statistics.uptime'),
          value: settings === null ? '–' : format.uptime(now - startedAt),
        },
        { label: t('statistics.discovered'), value: format.count(counters.discovered) },
        {
          label: t('statistics.lost'),
          value: format.count(counters.lost),
          style: trouble(counters.lost),
        },
        { label: t('statistics.recovered'), value: format.count(counters.recovered) },
      ],
    },
    {
      title: t('statistics.pings'),
      facts: [
        { label: t('statistics.pings-sent'), value: format.count(counters.totalPings) },
        { label: t('statistics.pings-good'), value: format.count(counters.goodPings) },
        {
          label: t('statistics.pings-failed'),
          value: format.count(counters.failedPings),
          style: trouble(counters.failedPings),
        },
        { label: t('statistics.success'), value: share(counters.goodPings, counters.totalPings) },
      ],
    },
    {
      title: t('statistics.tasks'),
      facts: [
        { label: t('statistics.tasks-distributed'), value: format.count(counters.tasksDistributed) },
        { label: t('statistics.tasks-completed'), value: format.count(counters.tasksCompleted) },
        {
          label: t('statistics.tasks-failed'),
          value: format.count(counters.tasksFailed),
          style: trouble(counters.tasksFailed),
        },
        { label: t('statistics.success'), value: share(counters.tasksCompleted, ended) },
      ],
    },
  ];
}

/** A block in `width` cells: labels at the left, values at the right. */
export function blockLines({ title, facts }: FactBlock, width: number): Line[] {
  const inner = Math.max(0, width - 1);
  return [
    line(` ${title}`, 'strong'),
    ...facts.map(({ label, value, style }) => {
      const valueWidth = Math.min(widthOf(value), inner);
      return [
        span(` ${padEnd(label, inner - valueWidth)}`, 'muted'),
        span(padStart(value, valueWidth), style),
      ];
    }),
  ];
}
