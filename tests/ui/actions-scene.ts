import type { Event, EventOf } from '#model/events.ts';
import { NO_TASKS, type Snapshot } from '#model/snapshot.ts';
import { exampleFleet, NOW, snapshotOf, task } from './fleet.ts';
import { openScreen, type Screen, type ScreenOptions } from './screen.tsx';

/** Opens the dashboard at 120 × 32 in a view, `3` where none is named, for `screens` to be closed. */
export async function openView(
  screens: Screen[],
  snapshot: Snapshot,
  { view = '3', ...options }: Partial<ScreenOptions> & { readonly view?: string } = {},
): Promise<Screen> {
  const screen = openScreen(snapshot, { columns: 120, rows: 32, ...options });
  screens.push(screen);
  await screen.press(view);
  return screen;
}

/** The example fleet, one task of each kind, and what these events bring. */
export function withTasks(...events: Event[]): Snapshot {
  return snapshotOf(events, exampleFleet());
}

/** A task of this id, as it is after a restart. */
export function came(id: string, over: Parameters<typeof task>[0] = {}): Event {
  return { type: 'task-changed', at: NOW, change: 'restored', task: task({ id, ...over }), from: null };
}

/** A batch under way. */
export const BATCH: EventOf<'batch-submitted'> = {
  type: 'batch-submitted',
  at: NOW,
  tasks: 100,
  batch: {
    id: 'night-sweep',
    description: 'all sizes',
    benchmark: 'benchmark.py',
    createdAt: NOW - 120_000,
    counts: { ...NO_TASKS, pending: 50, running: 10, completed: 37, failed: 3 },
    startedAt: NOW - 110_000,
    endedAt: null,
    marks: [{ at: NOW - 60_000, ended: 10 }],
  },
};
