import { Box } from 'ink';
import { plainLine } from '#model/text.ts';
import { Rows } from '#ui/components/rows.tsx';
import { StillTable } from '#ui/components/still-table.tsx';
import { problemText } from '#ui/frame/problem-text.ts';
import { bindingOf } from '#ui/keys/keymap.ts';
import { type PlacedColumn, placeColumns } from '#ui/lines/columns.ts';
import { EMPTY_LINE, type Line, line, span, widthOf, wrap } from '#ui/lines/line.ts';
import { denseLines, lastTop, openWindow } from '#ui/list/details-pane.ts';
import { editFilter, FILTER_KEYMAP } from '#ui/list/filter-edit.ts';
import { filterStatus } from '#ui/list/filter-status.ts';
import { INITIAL_LIST, reduceList, selectedIndex, visibleTop } from '#ui/list/list-state.ts';
import type { Style } from '#ui/theme/theme.ts';
import type { View, ViewContext } from '#ui/views/view.ts';
import { settingColumns, valueSpan } from './columns.ts';
import { settingDetails } from './details.ts';
import { type ConfigurationState, editCommand, editLines, lockOf, openEdit, pressInEdit } from './edit.ts';
import { CONFIGURATION_KEYMAP, EDIT_KEYMAP } from './keymap.ts';
import { type SettingRow, settingRows, shownRows } from './rows.ts';

/** Below this height the table needs every row. */
const ROOM_FOR_MEANING = 10;
/** Titles, a key, and its value below. */
const ROOM_FOR_VALUE = 3;
const MEANING_ROWS = 2;

/** What is in force, from where each value came, and what it means. */
export const configurationView: View<ConfigurationState> = {
  id: 'configuration',
  initial: { ...INITIAL_LIST, edit: null },
  keymap: CONFIGURATION_KEYMAP,
  capturesText: ({ editing, edit }) => editing || edit !== null,
  onKey(state, key, context) {
    if (state.edit !== null) return { ...state, edit: pressInEdit(state.edit, key) };
    if (state.editing) return editFilter(state, key);
    const binding = bindingOf(CONFIGURATION_KEYMAP, key);
    if (binding === undefined) return state;
    const { shown, selected, page } = sceneOf(state, context);
    if (binding.action === 'edit') {
      return selected === undefined ? state : { ...state, selected: selected.id, edit: openEdit(selected) };
    }
    const detailEnd = state.open ? lastTop(detailLines(state, context), context.area.rows) : 0;
    const ids = shown.map(({ id }) => id);
    const list = reduceList(state, binding.action, { ids, page, sortColumns: [], detailEnd });
    return list === state ? state : { ...list, edit: null };
  },
  inDetails: ({ open }) => open,
  fieldKeymap: ({ edit }) => (edit === null ? FILTER_KEYMAP : EDIT_KEYMAP),
  request(state, key, context) {
    if (state.edit !== null) return editCommand(state.edit, key);
    if (state.editing || bindingOf(CONFIGURATION_KEYMAP, key)?.action !== 'edit') return null;
    const { selected } = sceneOf(state, context);
    const lock = selected === undefined ? null : lockOf(selected);
    if (selected === undefined || lock === null) return null;
    return { type: 'refuse', reason: `${selected.key} ${context.t(`setting.no-edit-${lock}`)}` };
  },
  copied(state, context) {
    const { selected } = sceneOf(state, context);
    return selected === undefined ? null : { id: selected.key, more: selected.value };
  },
  onClick(state, { row }, context) {
    const { warnings, shown, page } = sceneOf(state, context);
    const ids = shown.map(({ id }) => id);
    const offset = row - warnings.length - 1;
    const id = ids[visibleTop(state, ids, page) + offset];
    return state.open || state.edit !== null || offset < 0 || offset >= page || id === undefined
      ? state
      : { ...state, selected: id };
  },
  status(state, { snapshot, t }) {
    const rows = settingRows(snapshot, t);
    return filterStatus(state, { shown: shownRows(rows, state.filter).length, total: rows.length, t });
  },
  Body: ({ state, context }) =>
    state.open || state.edit !== null ? (
      <Details state={state} context={context} />
    ) : (
      <List state={state} context={context} />
    ),
};

/** Everything about the list that keys and drawing both depend on. */
interface Scene {
  readonly warnings: readonly Line[];
  readonly all: readonly SettingRow[];
  readonly shown: readonly SettingRow[];
  readonly selected: SettingRow | undefined;
  readonly columns: readonly PlacedColumn<SettingRow>[];
  /** What there is to know of the selected key, where the table has no room to say so. */
  readonly below: readonly Line[];
  /** Rows of the table without its titles. */
  readonly page: number;
}

function sceneOf(state: ConfigurationState, context: ViewContext): Scene {
  const { area, snapshot, t } = context;
  const all = settingRows(snapshot, t);
  const shown = shownRows(all, state.filter);
  const ids = shown.map(({ id }) => id);
  const selected = shown[selectedIndex(state, ids)];
  const input = { rows: all, selected: selected?.id ?? null };
  const columns = placeColumns(settingColumns(input, context), area.columns - 2);
  const warnings = warningLines(context);
  const room = { columns: area.columns, rows: area.rows - warnings.length };
  const below = [
    ...(room.rows < ROOM_FOR_VALUE || showsValues(columns) ? [] : [valueLine(selected)]),
    ...(area.rows < ROOM_FOR_MEANING || saysAll(columns, all) ? [] : meaningLines(selected, area.columns)),
  ];
  const page = Math.max(1, room.rows - 1 - below.length);
  return { warnings, all, shown, selected, columns, below, page };
}

/** Whether the column of the values is as wide as it should be at least. */
function showsValues(columns: readonly PlacedColumn<SettingRow>[]): boolean {
  return columns.some(({ column, width }) => column.key === 'value' && width >= column.width);
}

function valueLine(selected: SettingRow | undefined): Line {
  if (selected === undefined) return EMPTY_LINE;
  return [span('   '), valueSpan(selected), span(`  ${selected.from}`, 'muted')];
}

/** Whether every meaning is whole in its column. */
function saysAll(columns: readonly PlacedColumn<SettingRow>[], rows: readonly SettingRow[]): boolean {
  const width = columns.find(({ column }) => column.key === 'meaning')?.width ?? 0;
  return rows.every(({ meaning }) => widthOf(meaning) <= width);
}

/** Always the same height, whatever is selected: nothing may jump. */
function meaningLines(selected: SettingRow | undefined, width: number): Line[] {
  const texts = wrap(selected?.meaning ?? '', width - 4);
  return [
    EMPTY_LINE,
    ...Array.from({ length: MEANING_ROWS }, (_, row) => line(`   ${texts[row] ?? ''}`, 'muted')),
  ];
}

/** What is wrong in the files and what looks like a mistake, in a third of the rows at most. */
function warningLines(context: ViewContext): Line[] {
  const { snapshot, area, t } = context;
  const warnings: readonly Warning[] = [
    ...cutProblems(context),
    ...(snapshot.settings?.warnings ?? []).map((text) => ({ text: t.say(text), style: 'warning' as const })),
  ];
  const room = Math.floor(area.rows / 3);
  const lines: Line[] = [];
  for (const [index, { text: warning, style }] of warnings.entries()) {
    const wrapped = wrap(plainLine(warning), area.columns - 4).map((text, row) =>
      line(`${row === 0 ? ' ! ' : '   '}${text}`, style),
    );
    const isLast = index === warnings.length - 1;
    if (lines.length + wrapped.length > room - (isLast ? 0 : 1)) {
      const count = warnings.length - index;
      const rest = t(`configuration.${index === 0 ? 'warnings' : 'more-warnings'}`, { count });
      return room === 0 ? [] : [...lines, line(` ! ${rest}`, 'warning')];
    }
    lines.push(...wrapped);
  }
  return lines;
}

interface Warning {
  readonly text: string;
  readonly style: Style;
}

/** Files that are wrong are told of in a row of the frame, in every view; where that row is too short for all of it, here. */
function cutProblems({ snapshot, area, t }: ViewContext): Warning[] {
  return snapshot.problems
    .filter(
      ({ id, message }) => id === 'configuration' && widthOf(problemText({ id, message }, t)) > area.columns,
    )
    .map(({ message }) => ({ text: t.say(message), style: 'bad' }));
}

interface BodyProps {
  readonly state: ConfigurationState;
  readonly context: ViewContext;
}

function List({ state, context }: BodyProps) {
  const { area, theme } = context;
  const { warnings, shown, columns, below, page } = sceneOf(state, context);
  if (shown.length === 0) {
    return <Rows lines={[...warnings, emptyLine(state, context)]} width={area.columns} theme={theme} />;
  }
  const ids = shown.map(({ id }) => id);
  const top = visibleTop(state, ids, page);
  const rows = shown.slice(top, top + page);
  return (
    <Box flexDirection="column" height={area.rows}>
      <Rows lines={warnings} width={area.columns} theme={theme} />
      <Box height={page + 1} flexShrink={0}>
        <StillTable columns={columns} rows={rows} theme={theme} />
      </Box>
      <Rows lines={below} width={area.columns} theme={theme} />
    </Box>
  );
}

function emptyLine({ filter }: ConfigurationState, { t }: ViewContext): Line {
  return line(
    ` ${filter === '' ? t('configuration.none') : t('configuration.none-match', { filter })}`,
    'muted',
  );
}

function Details({ state, context }: BodyProps) {
  const { area, theme, t } = context;
  // Nobody scrolls while a value is typed: as much as fits says something of it.
  const all = detailLines(state, context);
  const lines = state.edit === null ? all : all.slice(0, area.rows);
  const shown = openWindow(lines, { top: state.edit === null ? state.detailTop : 0, rows: area.rows, t });
  return <Rows lines={shown} width={area.columns} theme={theme} />;
}

function detailLines({ selected, edit }: ConfigurationState, context: ViewContext): Line[] {
  const { area, snapshot, t } = context;
  const row = settingRows(snapshot, t).find(({ id }) => id === selected);
  if (row === undefined) return [line(t('configuration.gone', { key: selected ?? '' }), 'muted')];
  const inner = { t, area: { ...area, columns: area.columns - 2 } };
  const lines = edit === null ? settingDetails(row, inner) : editLines(edit, inner);
  return denseLines(lines, area.rows);
}
