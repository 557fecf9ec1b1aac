import { Box } from 'ink';
import { type AppState, type Overlay, paletteOf } from '#ui/app-state.ts';
import { Rows } from '#ui/components/rows.tsx';
import { GLOBAL_KEYMAP, WALL_KEYMAP } from '#ui/keys/global-keymap.ts';
import type { Binding } from '#ui/keys/keymap.ts';
import type { Line } from '#ui/lines/line.ts';
import { confirmLines } from '#ui/overlays/confirm.ts';
import { FORM_KEYMAP } from '#ui/overlays/form/form-keymap.ts';
import { formLines } from '#ui/overlays/form/form-lines.ts';
import { helpLines } from '#ui/overlays/help.ts';
import { noticeLines } from '#ui/overlays/notice.ts';
import { paletteLines } from '#ui/overlays/palette/palette-lines.ts';
import { quitLines } from '#ui/overlays/quit.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { bodyOf, capturesText, footerKeymapOf, keymapOf } from '#ui/views/views.ts';
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
      return helpLines({ view: state.view, keymap: keymapOf(state.view) }, overlay.top, context);
    case 'quit':
      return quitLines(overlay.state, context).slice(0, rows);
    case 'confirm':
      return confirmLines(overlay.state, context).slice(0, rows);
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
  return [ruleLine(layout.columns), ...filled, footerLine(bindingsOf(state), context)];
}

/** The bindings that mean something just now. */
function bindingsOf(state: AppState): readonly Binding[] {
  if (state.overlay?.kind === 'form') return FORM_KEYMAP;
  if (state.overlay !== null) return [];
  if (state.wall !== null) return WALL_KEYMAP;
  if (capturesText(state.view, state.views)) return [];
  return [...footerKeymapOf(state.view, state.views), ...GLOBAL_KEYMAP].filter(
    ({ changes }) => !(changes && state.readonly),
  );
}
