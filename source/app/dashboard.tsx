import { render } from 'ink';
import type { Clock } from '#model/clock.ts';
import type { Store } from '#store/store.ts';
import { App, type AppStart, type UiPreferences } from '#ui/app.tsx';
import type { DashboardTerminal } from './dashboard-terminal.ts';

/**
 * Ink keeps a frame waiting for up to a period of this where it comes soon after another. What happens by itself is drawn
 * at most four times a second anyhow, and keys that arrive together are drawn together: a key must not wait.
 */
const MAX_FPS = 250;

export interface DashboardOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly preferences: UiPreferences;
  readonly start: AppStart;
  /** Sentences instead of tables, on the terminal's own screen, so that a reader can go back in them. */
  readonly screenReader: boolean;
  readonly terminal: DashboardTerminal;
  readonly stdout: NodeJS.WriteStream;
}

export interface Dashboard {
  /** Resolves when the person quits; rejects when the screen crashed. The terminal is as it was by then. */
  readonly closed: Promise<void>;
  /** Resolves when the first picture has left for the terminal. */
  readonly painted: Promise<void>;
  /** Gives the terminal back. May be called more than once. */
  close(): void;
}

/** Opens the dashboard on the alternate screen. */
export function openDashboard(options: DashboardOptions): Dashboard {
  const { store, clock, preferences, start, terminal, stdout, screenReader } = options;
  // The picture is taken away before the screen is left: a tmux window that was resized would show rests of it after.
  const close = () => {
    app.rerender(null);
    app.unmount();
    terminal.close();
  };
  if (!screenReader) terminal.cutRows();
  const app = render(
    <App
      store={store}
      quit={close}
      clock={clock}
      terminal={terminal}
      preferences={preferences}
      start={start}
    />,
    {
      // Ink asks for what the terminal's own has and no more, whatever its type says.
      stdin: terminal.input,
      stdout,
      alternateScreen: !screenReader,
      isScreenReaderEnabled: screenReader,
      incrementalRendering: true,
      maxFps: MAX_FPS,
      // The app itself decides what Ctrl-C does; a CI variable in the environment must not blind it.
      exitOnCtrlC: false,
      interactive: true,
      patchConsole: false,
    },
  );
  return {
    closed: app.waitUntilExit().then(() => undefined),
    painted: app.waitUntilRenderFlush(),
    close,
  };
}
