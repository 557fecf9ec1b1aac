import { Box } from 'ink';
import { type AppState, helpOf, type Overlay, paletteOf } from '#ui/app-state.ts';
import { Rows } from '#ui/components/rows.tsx';
import { GLOBAL_KEYMAP, WALL_KEYMAP } from '#ui/keys/global-keymap.ts';
import type { Binding, Keymap } from '#ui/keys/keymap.ts';
import type { Line } from '#ui/lines/line.ts';
import { confirmDialog } from '#ui/overlays/confirm.ts';
import { DIALOG_KEYMAP, dialogLines } from '#ui/overlays/dialog.ts';
import { FORM_KEYMAP } from '#ui/overlays/form/form-keymap.ts';
import { formLines } from '#ui/overlays/form/form-lines.ts';
import { helpLines } from '#ui/overlays/help.ts';
import { noticeLines } from '#ui/overlays/notice.ts';
import { paletteLines } from '#ui/overlays/palette/palette-lines.ts';
import { PALETTE_KEYMAP } from '#ui/overlays/palette/palette-state.ts';
import { quitDialog } from '#ui/overlays/quit.ts';
import { readingLines } from '#ui/overlays/reading.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { bodyOf, capturesText, presentKeymapOf } from '#ui/views/views.ts';
import {
  footerLine,
  headerLine,
  incidentLines,
  problemLines,
  ruleLine,
  summaryLine,
  tabsLine,
} from './frame-lines.ts';
import type { FrameLayout } from './layout.ts';
import { statusLineOf } from './status.ts';

interface FrameProps {
  readonly state: AppState;
  /** Its area is the whole window. */
  readonly context: ViewContext;
  readonly layout: FrameLayout;
}

/** The screen: header, tabs, the view or what lies over it, the last incidents, the keys. */
export function Frame({ state, context, layout }: FrameProps) {
  const { columns, body } = layout;
  const { theme } = context;
  const status = statusLineOf(state, { ...context, area: body });
  const top = layout.tiny ? [summaryLine(status, context)] : topLines(state, status, { context, layout });
  const bottom = layout.tiny ? [] : bottomLines(state, context, layout);
  return (
    <Box flexDirection="column" width={columns} height={context.area.rows}>
      <Rows lines={top} width={columns} theme={theme} />
      <Box width={columns} height={body.rows} flexShrink={0} flexDirection="column">
        <Body state={state} context={{ ...context, area: body }} />
      </Box>
      <Rows lines={bottom} width={columns} theme={theme} />
    </Box>
  );
}

function Body({ state, context }: Pick<FrameProps, 'state' | 'context'>) {
  if (state.overlay === null) return bodyOf(state.view, state.views, context);
  const lines = overlayLines(state, state.overlay, context);
  return <Rows lines={lines} width={context.area.columns} theme={context.theme} />;
}

function overlayLines(state: AppState, overlay: Overlay, context: ViewContext): Line[] {
  const { rows } = context.area;
  switch (overlay.kind) {
    case 'help':
      return helpLines(helpOf(state), overlay.top, context);
    case 'quit':
      return dialogLines(quitDialog(context), overlay.focus, context.area);
    case 'confirm':
      return dialogLines(confirmDialog(overlay.question, context), overlay.focus, context.area);
    case 'reading':
      return readingLines(overlay, context);
    case 'notice':
      return noticeLines(overlay.notice, context);
    case 'palette':
      return paletteLines(overlay.state, paletteOf(state, context), context);
    case 'form':
      return formLines(overlay.state, context).slice(0, rows);
  }
}

function topLines(
  state: AppState,
  status: Line,
  { context, layout }: Pick<FrameProps, 'context' | 'layout'>,
): Line[] {
  return [
    headerLine(context, state),
    tabsLine(state.view, status, context),
    ruleLine(layout.columns),
    ...problemLines(context, layout.problems),
  ];
}

function bottomLines(state: AppState, context: ViewContext, layout: FrameLayout): Line[] {
  const incidents = incidentLines(context, layout.incidents);
  const filled = Array.from({ length: layout.incidents }, (_, row) => incidents[row] ?? []);
  const keys = bindingsOf(state, { ...context, area: layout.body });
  return [ruleLine(layout.columns), ...filled, footerLine(keys, context)];
}

/** The bindings that mean something just now. */
function bindingsOf(state: AppState, context: ViewContext): readonly Binding[] {
  if (state.overlay !== null) return OVERLAY_KEYMAPS[state.overlay.kind];
  if (state.wall !== null) return WALL_KEYMAP;
  const own = presentKeymapOf(state.view, state.views, context);
  if (capturesText(state.view, state.views)) return own;
  const claimed = own.flatMap(({ claims, keys }) => (claims ? keys : []));
  const everywhere = GLOBAL_KEYMAP.filter(({ keys }) => !keys.some((key) => claimed.includes(key)));
  return [...own, ...everywhere].filter(({ changes }) => !(changes && state.readonly));
}

/** Of those that any key closes none: they say so themselves. */
const OVERLAY_KEYMAPS: Readonly<Record<Overlay['kind'], Keymap>> = {
  form: FORM_KEYMAP,
  palette: PALETTE_KEYMAP,
  quit: DIALOG_KEYMAP,
  confirm: DIALOG_KEYMAP,
  help: [],
  notice: [],
  reading: [],
};
