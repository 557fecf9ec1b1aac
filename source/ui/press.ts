import { batchSize } from '#model/batch.ts';
import { type AppState, type Effect, helpOf, type Overlay, paletteOf, type Step } from '#ui/app-state.ts';
import { chooseLanguage, copySelected, runCommand } from '#ui/choices.ts';
import { GLOBAL_KEYMAP, type GlobalAction, WALL_KEYMAP } from '#ui/keys/global-keymap.ts';
import { bindingOf } from '#ui/keys/keymap.ts';
import { LIST_KEYMAP, type ListAction } from '#ui/list/list-state.ts';
import type { Question } from '#ui/overlays/confirm.ts';
import { dialogKey } from '#ui/overlays/dialog.ts';
import { openForm, openFormAgain, pressInForm } from '#ui/overlays/form/form-state.ts';
import { helpEnd } from '#ui/overlays/help.ts';
import { oneLine } from '#ui/overlays/notice.ts';
import type { PaletteRun } from '#ui/overlays/palette/palette-entries.ts';
import { OPEN_PALETTE, type PaletteState, pressInPalette } from '#ui/overlays/palette/palette-state.ts';
import { VIEW_IDS, type ViewContext, type ViewId } from '#ui/views/view.ts';
import { capturesText, claimsKey, keymapOf, pressInView, questionOf, requestOf } from '#ui/views/views.ts';

/** What the form starts with besides the fleet: the values it was last sent with. */
interface Remembered {
  readonly form: Readonly<Record<string, string>>;
}

export interface Press {
  readonly key: string;
  readonly context: ViewContext;
  readonly remembered: Remembered;
}

/** The state after a key, and what it asks for. Pure. */
export function press(before: AppState, { key, context, remembered }: Press): Step {
  const state = before.notice === null ? before : { ...before, notice: null };
  // Ctrl-C ends the program whatever is open: nothing may stand between a person and the way out.
  const everywhere = bindingOf(GLOBAL_KEYMAP, key)?.action;
  if (everywhere === 'quit-at-once') return { state, effects: [{ type: 'quit' }] };
  if (everywhere === 'put-aside') return { state, effects: [{ type: 'put-aside' }] };
  if (state.overlay?.kind === 'palette') {
    return pressInOpenPalette(state, state.overlay.state, { key, context, remembered });
  }
  if (state.overlay !== null) return pressInOverlay(state, state.overlay, { key, context });
  if (state.wall !== null) return pressInWall(state, { key, context, remembered });
  const isClaimed = claimsKey(state.view, state.views, { key, context });
  if (!isClaimed && !capturesText(state.view, state.views)) {
    const binding = bindingOf(GLOBAL_KEYMAP, key);
    if (binding?.changes && state.readonly) return still(state);
    if (binding !== undefined) return globalAction(state, binding.action, { context, remembered });
  }
  return pressInTheView(state, { key, context, remembered });
}

function pressInTheView(state: AppState, { key, context, remembered }: Press): Step {
  const { view, views } = state;
  const isText = capturesText(view, views);
  if (!isText && state.readonly && bindingOf(keymapOf(view), key)?.changes) return still(state);
  const question = isText ? null : questionOf(view, views, { key, context });
  if (question !== null) {
    return still({ ...state, overlay: { kind: 'confirm', focus: 'cancel', question } });
  }
  const request = requestOf(view, views, { key, context });
  if (request?.type === 'refuse') return still({ ...state, notice: oneLine(request.reason, 'bad') });
  if (request?.type === 'open-form') {
    const form = openFormAgain(context, remembered.form, request);
    return still({ ...state, overlay: { kind: 'form', state: form } });
  }
  if (request?.type === 'read-batch') {
    const overlay: Overlay = {
      kind: 'reading',
      batch: request.batch.id,
      seen: 0,
      total: batchSize(request.batch.counts),
    };
    return { state: { ...state, overlay }, effects: [request] };
  }
  const step = withRememberedSort(state, { ...state, views: pressInView(view, views, { key, context }) });
  return request === null ? step : { ...step, effects: [...step.effects, request] };
}

/** The wall is for looking: what it knows of keys is the way out of it, and what changes nothing at the master. */
function pressInWall(state: AppState, { key, context, remembered }: Press): Step {
  const left = { ...state, wall: null };
  const binding = bindingOf(WALL_KEYMAP, key);
  if (binding === undefined) return still(state);
  if (binding.action === 'wall') return still(left);
  const staysIn = ['palette', 'language', 'help', 'put-aside', 'quit', 'quit-at-once'].includes(
    binding.action,
  );
  return globalAction(staysIn ? state : left, binding.action, { context, remembered });
}

function still(state: AppState): Step {
  return { state, effects: [] };
}

function globalAction(
  state: AppState,
  action: GlobalAction,
  { context, remembered }: Pick<Press, 'context' | 'remembered'>,
): Step {
  switch (action) {
    case 'next-view':
      return still({ ...state, view: neighbour(state.view, 1) });
    case 'previous-view':
      return still({ ...state, view: neighbour(state.view, -1) });
    case 'new-task':
      return still({ ...state, overlay: { kind: 'form', state: openForm(context, remembered.form) } });
    case 'palette':
      return still({ ...state, overlay: { kind: 'palette', state: OPEN_PALETTE } });
    case 'wall':
      return still({ ...state, wall: { since: context.now, rotateMs: state.rotateMs } });
    case 'copy':
    case 'copy-more':
      return copySelected(state, action, context);
    case 'language':
      return chooseLanguage(state, state.language === 'en' ? 'es' : 'en');
    case 'help':
      return still({ ...state, overlay: { kind: 'help', top: 0 } });
    case 'put-aside':
      return { state, effects: [{ type: 'put-aside' }] };
    case 'quit-at-once':
      return { state, effects: [{ type: 'quit' }] };
    case 'quit': {
      const { running, assigned } = context.snapshot.tasks.counts;
      // Where the master goes on, closing this screen ends nothing.
      if (running + assigned === 0 || context.outlives) return { state, effects: [{ type: 'quit' }] };
      return still({ ...state, overlay: { kind: 'quit', focus: 'cancel' } });
    }
    default:
      return still({ ...state, view: VIEW_IDS.find((id) => action === `view-${id}`) ?? state.view });
  }
}

function pressInOpenPalette(state: AppState, palette: PaletteState, { key, ...rest }: Press): Step {
  const answer = pressInPalette(palette, key, paletteOf(state, rest.context));
  const closed = { ...state, overlay: null };
  if (answer === 'closed') return still(closed);
  if ('query' in answer) return still({ ...state, overlay: { kind: 'palette', state: answer } });
  return runFromPalette(closed, answer, rest);
}

/** An entry does what its key does, in the view that the key belongs to. */
function runFromPalette(state: AppState, run: PaletteRun, rest: Omit<Press, 'key'>): Step {
  if ('command' in run) return runCommand(state, run.command);
  const { key, view } = run;
  // Not by way of `press`: what the view makes of the key just now must not come in between.
  if (view !== null) return pressInTheView({ ...state, wall: null, view }, { key, ...rest });
  if (state.wall !== null) return pressInWall(state, { key, ...rest });
  const binding = bindingOf(GLOBAL_KEYMAP, key);
  return binding === undefined ? still(state) : globalAction(state, binding.action, rest);
}

function neighbour(view: ViewId, by: number): ViewId {
  const index = (VIEW_IDS.indexOf(view) + by + VIEW_IDS.length) % VIEW_IDS.length;
  return VIEW_IDS[index] ?? view;
}

function pressInOverlay(
  state: AppState,
  overlay: Exclude<Overlay, { kind: 'palette' }>,
  { key, context }: Pick<Press, 'key' | 'context'>,
): Step {
  const closed = { ...state, overlay: null };
  switch (overlay.kind) {
    case 'help': {
      const by = helpScroll(key, context.area.rows);
      if (by === undefined) return leaveHelp(closed, { key, context });
      const end = helpEnd(helpOf(state), context);
      const top = Math.min(Math.max(0, overlay.top + by), end);
      return still({ ...state, overlay: { kind: 'help', top } });
    }
    case 'quit': {
      const focus = dialogKey(overlay.focus, key);
      if (focus === 'cancelled') return still(closed);
      if (focus === 'confirmed') return { state: closed, effects: [{ type: 'quit' }] };
      return still({ ...state, overlay: { ...overlay, focus } });
    }
    case 'notice':
    case 'reading':
      return still(closed);
    case 'confirm': {
      const focus = dialogKey(overlay.focus, key);
      if (focus === 'cancelled') return still(closed);
      if (focus === 'confirmed') {
        return { state: closed, effects: [actOf(state, overlay.question)] };
      }
      return still({ ...state, overlay: { ...overlay, focus } });
    }
    case 'form': {
      const { form, command, remember } = pressInForm(overlay.state, key, context);
      const effects: Effect[] = [];
      if (remember !== undefined) effects.push({ type: 'remember-form', values: remember });
      if (command !== undefined) effects.push({ type: 'dispatch', command });
      return {
        state: form === null ? closed : { ...state, overlay: { kind: 'form', state: form } },
        effects,
      };
    }
  }
}

/** What is done once the question is answered with yes. */
function actOf({ view }: AppState, { commands, marks }: Question): Effect {
  return { type: 'act', commands, marks: marks && { view, ids: marks } };
}

/** Rows that a key moves the help by; undefined for keys that do something else. */
function helpScroll(key: string, rows: number): number | undefined {
  const binding = bindingOf(LIST_KEYMAP, key);
  const page = Math.max(1, Math.floor(rows / 2));
  const steps: Partial<Record<ListAction, number>> = {
    down: 1,
    up: -1,
    'page-down': page,
    'page-up': -page,
    top: Number.NEGATIVE_INFINITY,
    bottom: Number.MAX_SAFE_INTEGER,
  };
  return binding && steps[binding.action];
}

/** Any key closes the help; one that means the same everywhere does its work as well. */
function leaveHelp(closed: AppState, { key, context }: Pick<Press, 'key' | 'context'>): Step {
  const action = bindingOf(GLOBAL_KEYMAP, key)?.action;
  if (action === undefined || action === 'help' || action === 'new-task') return still(closed);
  const remembered = { form: {} };
  if (closed.wall !== null) return pressInWall(closed, { key, context, remembered });
  return globalAction(closed, action, { context, remembered });
}

function withRememberedSort(before: AppState, after: AppState): Step {
  const { view } = after;
  const [was, is] = [before.views[view], after.views[view]];
  const changed = 'sort' in was && 'sort' in is && was.sort !== is.sort;
  return {
    state: after,
    effects: changed ? [{ type: 'remember-sort', view, sort: is.sort }] : [],
  };
}
