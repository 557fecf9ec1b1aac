import { type Ending, exitCodeOfEnding, type ProgramEndings } from '#app/program-ending.ts';
import { systemClock } from '#app/system-clock.ts';
import type { AttachedStore } from '#attach/attached-store.ts';
import { codeOf, messageOf, UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { MasterArguments } from './master-arguments.ts';
import { openScreen, screenParts } from './open-screen.ts';

/** A master that has just been started may not listen yet. */
const ATTACH_WITHIN_MS = 5_000;

export interface ScreenCall {
  readonly parsed: MasterArguments;
  readonly version: string;
  readonly endings: ProgramEndings;
}

/**
 * The same dashboard, on the picture of the master that runs in this folder already. Its end is not the master's. Null
 * where that master has ended in the meantime.
 */
export async function runAttached(call: ScreenCall): Promise<number | null> {
  const store = await attach(call, ATTACH_WITHIN_MS);
  try {
    await store.ready;
  } catch (error) {
    if (codeOf(error) === 'NO_MASTER') return null;
    if (!(error instanceof UserError)) throw error;
    return refused(call, error);
  }
  return show(store, call);
}

/** Says why no screen was opened. Returns the exit code. */
function refused({ parsed }: Pick<ScreenCall, 'parsed'>, reason: unknown): number {
  const why = messageOf(reason);
  console.error(`elastic-tui: a master runs in ${parsed.dir}, but this screen cannot attach: ${why}`);
  return 3;
}

/** The wall is never a master: it opens at once, waits for one that is not there yet, and for the next after each. */
export async function runWall(call: ScreenCall): Promise<number> {
  return show(await attach(call, Number.POSITIVE_INFINITY), call);
}

async function attach({ parsed, version }: ScreenCall, patienceMs: number): Promise<AttachedStore> {
  // Not loaded for the master's own screen.
  const { attachToMaster } = await import('#attach/attached-store.ts');
  const { socketPlaceIn } = await import('./place.ts');
  return attachToMaster({
    place: socketPlaceIn(parsed.dir),
    clock: systemClock,
    random: Math.random,
    newId: () => crypto.randomUUID(),
    version,
    readonly: parsed.readonly || parsed.wall !== null,
    patienceMs,
  });
}

async function show(store: AttachedStore, { parsed, endings }: ScreenCall): Promise<number> {
  const { openPreferences } = await screenParts();
  const preferences = openPreferences({ environment: process.env });
  const dashboard = await openScreen(store, parsed, preferences);
  const closed: Promise<Ending> = dashboard.closed.then(
    () => ({ kind: 'done', why: said`quit` }),
    (error: unknown) => ({ kind: 'crash', error }),
  );
  const end = await Promise.race([closed, endings.first]);
  dashboard.close();
  store.close();
  if (end.kind === 'crash') console.error(end.error);
  await preferences.close();
  return exitCodeOfEnding(end);
}
