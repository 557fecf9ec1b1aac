import { plainLine } from '#model/text.ts';

/** What one check of `doctor` found. */
export interface Finding {
  /** What was looked at. */
  readonly name: string;
  /** `skipped`: an earlier step failed, so that there was nothing to look at. */
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  /** One line of plain text. */
  readonly detail: string;
  /** What to do; null where nothing is to be done. */
  readonly advice: string | null;
}

/** What every finding is made with: text from files and workers becomes one plain line. */
function finding(
  state: Finding['state'],
  name: string,
  detail: string,
  advice: string | null = null,
): Finding {
  return { name, state, detail: plainLine(detail), advice: advice === null ? null : plainLine(advice) };
}

export function ok(name: string, detail: string): Finding {
  return finding('ok', name, detail);
}

export function warning(name: string, detail: string, advice: string): Finding {
  return finding('warning', name, detail, advice);
}

export function failed(name: string, detail: string, advice: string): Finding {
  return finding('failed', name, detail, advice);
}

export function skipped(name: string, detail: string): Finding {
  return finding('skipped', name, detail);
}
