import type { EditSetting } from '#model/commands.ts';
import { fitsKind, type SettingKind } from '#model/setting-kind.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import { textOfKey } from '#ui/keys/key-names.ts';
import { bindingOf } from '#ui/keys/keymap.ts';
import { EMPTY_LINE, type Line, line, lineWidth, span, widthOf, wrap } from '#ui/lines/line.ts';
import type { ListState } from '#ui/list/list-state.ts';
import { FORM_KEYMAP } from '#ui/overlays/form/form-keymap.ts';
import {
  editText,
  insertText,
  type TextField,
  textField,
  textFieldLine,
} from '#ui/overlays/form/text-field.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { keyMeaning } from './meanings.ts';
import type { SettingRow } from './rows.ts';

/** Longer than any value that may be written here. */
const MAX_CHARACTERS = 40;
const FIELD_CELLS = 20;
/** Below this height there is only the field, and what is wrong with it. */
const ROOMY = 8;

/** A value that is being changed. */
export interface SettingEdit {
  readonly key: string;
  readonly kind: SettingKind;
  /** What it was when the field was opened. */
  readonly was: string;
  readonly field: TextField;
  /** True from enter to the master's answer. */
  readonly sending: boolean;
  /** Why the master did not do it; null until it said so, and again with the next key. */
  readonly refusal: string | null;
}

/** The list of settings, and the field over it. */
export interface ConfigurationState extends ListState {
  readonly edit: SettingEdit | null;
}

/** Why a value cannot be changed from the screen; null where it can. */
export function lockOf({ entry }: SettingRow): 'environment' | 'file' | null {
  if (entry?.kind === undefined) return 'file';
  return entry.source === 'environment' ? 'environment' : null;
}

/** The field for a row's value, with the value in it; null where it cannot be changed from the screen. */
export function openEdit(row: SettingRow): SettingEdit | null {
  const { entry } = row;
  if (entry?.kind === undefined || lockOf(row) !== null) return null;
  const { key, kind, value } = entry;
  return { key, kind, was: value, field: textField(value), sending: false, refusal: null };
}

/** The field after a key; null where the key closes it. */
export function pressInEdit(edit: SettingEdit, key: string): SettingEdit | null {
  const action = bindingOf(FORM_KEYMAP, key)?.action;
  if (action === 'close') return null;
  if (edit.sending) return edit;
  if (action === 'send' && isUnchanged(edit)) return null;
  if (action === 'send') return isPossible(edit) ? { ...edit, sending: true, refusal: null } : edit;
  const field =
    action === undefined
      ? insertText(edit.field, textOfKey(key), MAX_CHARACTERS)
      : editText(edit.field, action);
  return field === edit.field ? edit : { ...edit, field, refusal: null };
}

/** What a key asks of the master; null for every key but the one that sends something possible. */
export function editCommand(edit: SettingEdit, key: string): EditSetting | null {
  const isSent = bindingOf(FORM_KEYMAP, key)?.action === 'send' && !edit.sending;
  return isSent && isPossible(edit) && !isUnchanged(edit)
    ? { type: 'edit-setting', key: edit.key, value: writtenIn(edit), was: edit.was }
    : null;
}

/** Whoever only looked writes nothing, not even what is the default anyway. */
function isUnchanged(edit: SettingEdit): boolean {
  return writtenIn(edit) === edit.was;
}

/** Without a value, what goes after .env counts. */
function isPossible(edit: SettingEdit): boolean {
  const value = writtenIn(edit);
  return value === '' || fitsKind(edit.kind, value);
}

function writtenIn({ field }: SettingEdit): string {
  return field.text.trim();
}

/** What may be written, in the reader's language. */
function kindText(kind: SettingKind, t: Translate): string {
  if (kind.type === 'choice') return t('setting.choice', { choices: kind.choices.join(', ') });
  return t(`setting.${kind.type}`, { least: kind.least, most: kind.most });
}

/** The field with what is wrong with it beside it, or under it where there is no room, and what its keys do. */
export function editLines(edit: SettingEdit, { t, area }: Pick<ViewContext, 't' | 'area'>): Line[] {
  const label = `${t('configuration.value')}  `;
  const cells = Math.max(1, Math.min(FIELD_CELLS, area.columns - widthOf(label)));
  const field: Line = [span(label, 'muted'), ...textFieldLine(edit.field, !edit.sending, cells)];
  const note = noteOf(edit, t);
  const room = area.columns - lineWidth(field) - 2;
  const besides = wrap(note.text, Math.max(1, room)).length === 1 && room >= widthOf(note.text);
  const under = wrap(note.text, area.columns).map((text) => line(text, note.style));
  return [
    line(edit.key, 'title'),
    ...(area.rows < ROOMY ? [] : [...meaningLines(edit.key, { t, area }), EMPTY_LINE]),
    ...(besides ? [[...field, span('  '), span(note.text, note.style)]] : [field, ...under]),
    ...(area.rows < ROOMY ? [] : [EMPTY_LINE]),
    ...wrap(t('setting.edit-hint'), area.columns).map((text) => line(text, 'muted')),
  ];
}

function meaningLines(key: string, { t, area }: Pick<ViewContext, 't' | 'area'>): Line[] {
  const meaning = keyMeaning(key);
  return meaning === null ? [] : wrap(t(meaning), area.columns).map((text) => line(text));
}

function noteOf(edit: SettingEdit, t: Translate) {
  const expected = `${kindText(edit.kind, t)}; ${t('setting.empty')}`;
  if (edit.sending) return { text: t('setting.writing'), style: 'muted' } as const;
  if (edit.refusal !== null) return { text: edit.refusal, style: 'bad' } as const;
  if (!isPossible(edit)) return { text: t('setting.wrong', { expected }), style: 'bad' } as const;
  return { text: expected, style: 'muted' } as const;
}
