import type { Area, ViewId } from '#ui/views/view.ts';

/** The wall, for as long as it is shown. */
export interface WallState {
  /** Since when, Unix milliseconds. */
  readonly since: number;
  /** How long each page is shown; null: the wall itself, always. */
  readonly rotateMs: number | null;
}

export type WallPage = 'wall' | ViewId;

/** What takes turns. The form of configuration and logs says nothing from three metres. */
const PAGES: readonly WallPage[] = ['wall', 'workers', 'tasks', 'statistics'];
/** From one shift of the picture to the next, against burn-in. */
const SHIFT_MS = 180_000;
const SHIFTS = [
  { right: 0, down: 0 },
  { right: 1, down: 0 },
  { right: 1, down: 1 },
  { right: 0, down: 1 },
] as const;
/** A smaller window has no cell to spare. */
const SHIFTED_FROM: Area = { columns: 60, rows: 15 };

export interface Shift {
  readonly right: number;
  readonly down: number;
}

/** The page that has its turn. */
export function pageAt({ since, rotateMs }: WallState, now: number): WallPage {
  if (rotateMs === null) return 'wall';
  return PAGES[Math.floor(Math.max(0, now - since) / rotateMs) % PAGES.length] ?? 'wall';
}

/** By how many cells the picture is moved just now; null where there is no room for it. */
export function shiftAt({ columns, rows }: Area, now: number): Shift | null {
  if (columns < SHIFTED_FROM.columns || rows < SHIFTED_FROM.rows) return null;
  return SHIFTS[Math.floor(now / SHIFT_MS) % SHIFTS.length] ?? SHIFTS[0];
}
