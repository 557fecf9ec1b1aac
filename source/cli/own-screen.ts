import type { Master } from '#app/compose.ts';
import type { Dashboard } from '#app/dashboard.tsx';
import { type Ending, endingText, exitCodeOfEnding, type ProgramEndings } from '#app/program-ending.ts';
import { isNeeded, needsOf, needsText, untilUnneeded } from '#app/staying.ts';
import { systemClock } from '#app/system-clock.ts';
import { said } from '#model/said.ts';
import type { MasterArguments } from './master-arguments.ts';
import { openScreen, screenParts } from './open-screen.ts';
import { stopInOrder } from './stop-in-order.ts';

const QUIT: Ending = { kind: 'done', why: said`quit` };
const UNNEEDED: Ending = { kind: 'done', why: said`no longer needed` };

/** How the program may end. */
export interface OwnScreenEnds {
  readonly endings: ProgramEndings;
  /** A client wants the master to end. */
  readonly stopped: Promise<Ending>;
}

/**
 * Shows the master of this process on this terminal. When the screen goes, the master goes on without it where others
 * need it; returns the exit code once it has ended.
 */
export async function runOwnScreen(
  master: Master,
  parsed: MasterArguments,
  ends: OwnScreenEnds,
): Promise<number> {
  const { endings, stopped } = ends;
  const { openPreferences } = await screenParts();
  const preferences = openPreferences({ environment: process.env });
  await master.watch();
  const outlives = () => !parsed.exitWithScreen && master.clients() > 0;
  const dashboard = await openScreen({ ...master.store, outlives }, parsed, preferences);
  const quit: Promise<Ending> = dashboard.closed.then(() => QUIT, crashed);
  const working = firstPicture(dashboard, endings).then(() => master.work());
  const trouble = working.then(() => quit, crashed);
  const first = await Promise.race([endings.first, stopped, quit, trouble]);
  close(dashboard, first);
  const end = parsed.exitWithScreen
    ? first
    : await withoutScreen(first, {
        master,
        working: working.catch(() => {}),
        ended: Promise.race([endings.withoutTerminal, stopped]),
      });
  if (end.kind === 'crash') console.error(end.error);
  await stopInOrder(master, end, [preferences.close()]);
  return exitCodeOfEnding(end);
}

/** A terminal that is gone takes no picture: the work begins all the same. */
function firstPicture({ painted }: Dashboard, { first }: ProgramEndings): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    void first.then(({ kind }) => kind === 'hang-up' && resolve());
  });
  return Promise.race([painted, gone]);
}

function close(dashboard: Dashboard, { kind }: Ending): void {
  try {
    dashboard.close();
  } catch (error) {
    // A terminal that is gone cannot be given back.
    if (kind !== 'hang-up') throw error;
  }
}

interface Staying {
  readonly master: Master;
  /** Settled when the master knows what an earlier run left unfinished. */
  readonly working: Promise<void>;
  /** What ends it without a screen. */
  readonly ended: Promise<Ending>;
}

/** Goes on as long as it is needed, and says so. Returns why it ends. */
async function withoutScreen(first: Ending, { master, working, ended }: Staying): Promise<Ending> {
  const isGone = first.kind === 'hang-up';
  if (first !== QUIT && !isGone) return first;
  if (isGone) await Promise.race([working, ended]);
  const needs = needsOf(master);
  if (isGone ? !isNeeded(needs) : needs.clients === 0) return first;
  master.tell('going on without a screen', { why: endingText(first), ...needs });
  // While it still is the terminal's: at the end Node would set the modes of a terminal that it has read keys from, which
  // stops a process in the background (SIGTTOU).
  process.stdin.destroy();
  // Whatever a library still has to say at the end, a terminal that is gone does not hear it.
  if (isGone) for (const stream of [process.stdout, process.stderr]) stream.end();
  else {
    console.error(
      `elastic-tui goes on without a screen: ${needsText(needs)}.\n` +
        'It ends by itself after that; Ctrl-C ends it now, Ctrl-Z and bg put it aside.',
    );
  }
  const unneeded = untilUnneeded(master, { clock: systemClock, ended }).then(() => UNNEEDED);
  return Promise.race([ended, unneeded]);
}

function crashed(error: unknown): Ending {
  return { kind: 'crash', error };
}
