import { newestFirst } from '#model/ring.ts';
import type { Incident, Snapshot } from '#model/snapshot.ts';
import { type AppState, helpOf, paletteOf } from '#ui/app-state.ts';
import { isCutOff } from '#ui/connection.ts';
import { fleetCounts } from '#ui/fleet-counts.ts';
import { shownKeys } from '#ui/keys/keymap.ts';
import { isStale } from '#ui/overdue.ts';
import { confirmDialog } from '#ui/overlays/confirm.ts';
import type { Dialog, DialogFocus } from '#ui/overlays/dialog.ts';
import { formLines } from '#ui/overlays/form/form-lines.ts';
import { foundEntries } from '#ui/overlays/palette/palette-entries.ts';
import { quitDialog } from '#ui/overlays/quit.ts';
import { readingLines } from '#ui/overlays/reading.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { statusOf } from '#ui/views/views.ts';
import { alarmOf } from '#ui/wall/alarm.ts';
import { worstFirst } from '#ui/wall/tiles.ts';
import { spokenLine, spokenLines } from './spoken-line.ts';
import { spokenIncident, spokenView, workerSentence } from './spoken-view.ts';

/** Workers that the wall names. */
const WORST = 10;

/** The whole screen in sentences, for somebody who hears it. */
export function spokenScreen(state: AppState, context: ViewContext): string[] {
  const notice = state.notice === null ? [] : [state.notice.text];
  if (state.overlay !== null) return [...notice, ...spokenOverlay(state, state.overlay, context)];
  if (state.wall !== null) return [...notice, ...spokenWall(context)];
  const status = sentenceOf(spokenLine(statusOf(state.view, state.views, context)));
  return [
    ...notice,
    ...ageSentences(context),
    `${context.t(`view.${state.view}`)}. ${fleetSentence(context)}`,
    ...problemSentences(context),
    ...(status === '' ? [] : [status]),
    ...spokenView(state.view, state.views, context),
    ...spokenIncident(context),
    context.t('reader.keys'),
  ];
}

function sentenceOf(text: string): string {
  return text === '' ? '' : `${text.charAt(0).toLocaleUpperCase()}${text.slice(1)}.`;
}

/** Why what follows may be true no more. Names the time: how long ago that was would itself be old when it is heard. */
function ageSentences({ snapshot, now, connection, t, format }: ViewContext): string[] {
  if (connection !== null && isCutOff(connection)) {
    if (connection.master === null) return [t('reader.waiting')];
    return [t('reader.cut-off', { time: format.time(connection.since) })];
  }
  return isStale(snapshot, now) ? [t('reader.stale', { time: format.time(snapshot.at) })] : [];
}

/** Changes when the picture becomes old or new again, which is worth an interruption. */
export function trustOf({ snapshot, now, connection }: ViewContext): string {
  return isCutOff(connection) ? (connection?.state ?? '') : String(isStale(snapshot, now));
}

function fleetSentence({ snapshot, t }: ViewContext): string {
  const { active, healthy, total } = fleetCounts(snapshot);
  const { counts } = snapshot.tasks;
  return t('reader.fleet', {
    active,
    healthy,
    total,
    running: counts.running + counts.assigned,
    queued: counts.pending,
  });
}

function problemSentences({ snapshot, t }: ViewContext): string[] {
  return snapshot.problems.map(({ id, message }) => `${t(`problem.${id}`)}: ${t.say(message)}`);
}

function spokenWall(context: ViewContext): string[] {
  const { snapshot, now, t } = context;
  const workers = worstFirst(snapshot.workers, now).slice(0, WORST);
  return [
    ...ageSentences(context),
    `${t('key.wall')}: ${t(`wall-alarm.${alarmOf(snapshot, now)}`)}. ${fleetSentence(context)}`,
    ...problemSentences(context),
    ...workers.map((worker) => workerSentence(worker, context)),
    ...spokenIncident(context),
  ];
}

function spokenOverlay(
  state: AppState,
  overlay: NonNullable<AppState['overlay']>,
  context: ViewContext,
): string[] {
  const { t } = context;
  const wide = { ...context, area: { columns: 200, rows: 1_000 } };
  switch (overlay.kind) {
    case 'help':
      return [
        `${t('help.title')}. ${t('help.close')}.`,
        ...helpOf(state).flatMap(({ title, keymap }) => [
          `${t(title)}.`,
          ...keymap.map((binding) => `${shownKeys(binding, t)}: ${t(binding.label)}.`),
        ]),
      ];
    case 'quit':
      return spokenDialog(quitDialog(context), overlay.focus, context);
    case 'confirm':
      return spokenDialog(confirmDialog(overlay.question, context), overlay.focus, context);
    case 'notice': {
      const { text, lines } = overlay.notice;
      return [`${text}.`, ...lines, t('notice.close')];
    }
    case 'reading':
      return spokenLines(readingLines(overlay, wide));
    case 'palette': {
      const found = foundEntries(paletteOf(state, context), overlay.state.query);
      const entry = found[overlay.state.index]?.entry;
      return [
        `${t('key.palette')}: ${overlay.state.query === '' ? t('palette.hint') : overlay.state.query}`,
        entry === undefined
          ? t('palette.none')
          : `${t('reader.selected', { index: overlay.state.index + 1, count: found.length })} ${entry.label}. ${entry.keys}`,
      ];
    }
    case 'form': {
      const lines = formLines(overlay.state, wide);
      const focused = lines.find((spans) =>
        spans
          .map(({ text }) => text)
          .join('')
          .startsWith(' ▸'),
      );
      const rest = spokenLines(lines.filter((spans) => spans !== focused));
      return [
        ...rest.slice(0, 1),
        ...(focused === undefined ? [] : [t('reader.field', { field: spokenLine(focused) })]),
        ...rest.slice(1),
      ];
    }
  }
}

function spokenDialog(dialog: Dialog, focus: DialogFocus, { t }: Pick<ViewContext, 't'>): string[] {
  return [
    `${dialog.title} ${dialog.text.join(' ')}`,
    t('reader.chosen', { choice: focus === 'confirm' ? dialog.confirm : dialog.cancel }),
  ];
}

/**
 * The last incident that is worth interrupting somebody for: a change of a worker, a problem, a failed task. What else
 * happens is told with the next key, and what a person did to the fleet is answered by the screen itself.
 */
export function interruption({ incidents }: Pick<Snapshot, 'incidents'>): Incident | undefined {
  return newestFirst(incidents).find((incident) => {
    switch (incident.type) {
      case 'task-changed':
        return incident.change === 'failed';
      case 'batch-submitted':
      case 'worker-drained':
      case 'workers-leaving':
      case 'workers-removed':
        return false;
      default:
        return true;
    }
  });
}
