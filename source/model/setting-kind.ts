/** What may be written into a setting, as data: whoever shows a field for it checks it as the file is checked. */
export type SettingKind =
  | { readonly type: 'seconds' | 'integer'; readonly least: number; readonly most: number }
  /** Case is ignored. `also`: taken as well, for old files. */
  | { readonly type: 'choice'; readonly choices: readonly string[]; readonly also: readonly string[] };

/** Whether a trimmed text is such a value. */
export function fitsKind(kind: SettingKind, text: string): boolean {
  switch (kind.type) {
    case 'seconds':
      return isWithin(kind, /^\d{1,15}(\.\d*)?$|^\.\d+$/.test(text) ? Number(text) : Number.NaN);
    case 'integer':
      return isWithin(kind, /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN);
    case 'choice':
      return [...kind.choices, ...kind.also].includes(text.toLowerCase());
  }
}

function isWithin(
  { least, most }: { readonly least: number; readonly most: number },
  value: number,
): boolean {
  return value >= least && value <= most;
}
