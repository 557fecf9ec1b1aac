import type { SettingEntry, SettingSource } from '#model/settings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { plainLine } from '#model/text.ts';
import type { Translate } from '#ui/i18n/translate.ts';
import { matches } from '#ui/list/list-state.ts';
import { keyMeaning } from './meanings.ts';
import { maskSecrets } from './secrets.ts';

/** One thing that is in force. All texts are ready to be shown. */
export interface SettingRow {
  readonly id: string;
  readonly key: string;
  /** Empty where nothing is set. */
  readonly value: string;
  readonly from: string;
  /** Whether somebody chose the value, nobody did, or it follows from others. */
  readonly origin: 'chosen' | 'default' | 'derived';
  /** Empty where nothing is known of the key; what is pending goes before what it means. */
  readonly meaning: string;
  /** Null for what is no key of the files. */
  readonly entry: SettingEntry | null;
}

/** Every key with its value, then the files that follow from them. */
export function settingRows({ settings }: Pick<Snapshot, 'settings'>, t: Translate): SettingRow[] {
  if (settings === null) return [];
  const keys = settings.entries.map((entry): SettingRow => {
    const { key, value, source } = entry;
    const meaning = keyMeaning(key);
    return {
      id: key,
      key: plainLine(key),
      value: plainLine(maskSecrets(key, value)),
      from: sourceText(source, t),
      origin: source === 'default' ? 'default' : 'chosen',
      meaning: pendingText(entry, t) ?? (meaning === null ? '' : t(meaning)),
      entry,
    };
  });
  const { dir, logFile, stateFile, dataDir } = settings;
  const files = { dir, log: logFile, state: stateFile, database: dataDir } as const;
  return [...keys, ...FILES.map((file) => fileRow(file, files[file], t))];
}

const FILES = ['dir', 'log', 'state', 'database'] as const;

function fileRow(file: (typeof FILES)[number], path: string, t: Translate): SettingRow {
  return {
    // No key of .env holds a slash.
    id: `file/${file}`,
    key: t(`file.${file}`),
    value: plainLine(path),
    from: '',
    origin: 'derived',
    meaning: t(`file-meaning.${file}`),
    entry: null,
  };
}

/** What its file says by now and what counts only later; null where they are the same. */
export function pendingText({ key, pending }: SettingEntry, t: Translate): string | null {
  if (pending === undefined) return null;
  return t('setting.pending', { value: plainLine(maskSecrets(key, pending)) || '–' });
}

/** The rows that pass the filter. A masked value is not looked into. */
export function shownRows(rows: readonly SettingRow[], filter: string): SettingRow[] {
  if (filter === '') return [...rows];
  return rows.filter(({ key, value, from, meaning }) => matches(filter, [key, value, from, meaning]));
}

function sourceText(source: SettingSource, t: Translate): string {
  return source === 'environment' || source === 'default' ? t(`source.${source}`) : source;
}
