import type { Bus } from '#bus/bus.ts';
import { changesBetween, keptUntilRestart } from '#configuration/after-restart.ts';
import { editSetting } from '#configuration/edit-setting.ts';
import { folderHints } from '#configuration/folder-hints.ts';
import type { Environment } from '#configuration/sources.ts';
import { type SettingsWatch, watchSettings } from '#configuration/watch.ts';
import type { Clock } from '#model/clock.ts';
import type { CommandAnswer, EditSetting } from '#model/commands.ts';
import { UserError } from '#model/errors.ts';
import { said } from '#model/said.ts';
import type { Settings } from '#model/settings.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { WorkerMonitor } from '#worker-monitor/worker-monitor.ts';
import type { Fleet } from './fleet.ts';

export interface LiveSettingsOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly current: () => Snapshot;
  /** As they were read at the start. */
  readonly started: Settings;
  /** The real environment variables; null: the files are neither watched nor written. */
  readonly environment: Environment | null;
  readonly monitor: Pick<WorkerMonitor, 'retime'>;
  readonly fleet: Pick<Fleet, 'follow'>;
}

/** The configuration while the master runs: what is changed in its files is in force soon after. */
export interface LiveSettings {
  start(): void;
  /** Writes a setting into .env; answered once it is in force. One after the other. */
  edit(command: EditSetting): Promise<CommandAnswer<EditSetting>>;
  stop(): Promise<void>;
}

export function createLiveSettings(options: LiveSettingsOptions): LiveSettings {
  const { bus, clock, current, started, environment, monitor, fleet } = options;
  const { dir } = started;
  let watch: SettingsWatch | null = null;
  let edits: Promise<unknown> = Promise.resolve();

  function apply(read: Settings): void {
    const before = current().settings ?? started;
    const settings = keptUntilRestart(read, started);
    const changes = changesBetween(before, settings);
    bus.publish({ type: 'settings-changed', at: clock.now(), settings, changes });
    for (const message of settings.warnings) {
      if (!before.warnings.includes(message)) {
        bus.publish({ type: 'noticed', at: clock.now(), level: 'warn', message });
      }
    }
    const { pingIntervalMs, healthCheckIntervalMs } = before;
    const isRetimed =
      settings.pingIntervalMs !== pingIntervalMs || settings.healthCheckIntervalMs !== healthCheckIntervalMs;
    if (isRetimed) monitor.retime();
    void fleet.follow(settings);
  }

  function tellTrouble(trouble: string | null): void {
    const at = clock.now();
    if (trouble === null) {
      bus.publish({ type: 'problem-cleared', at, id: 'configuration' });
      return;
    }
    const message = said`${trouble}. What was read before stays in force`;
    bus.publish({ type: 'problem-raised', at, id: 'configuration', message });
  }

  async function edit({ key, value, was }: EditSetting): Promise<CommandAnswer<EditSetting>> {
    if (environment === null || watch === null) {
      throw new UserError(
        'SETTING_NOT_EDITABLE',
        said`the files of this master are not watched: change them and start again`,
      );
    }
    await editSetting({ dir, environment, edit: { key, value, was } });
    await watch.look();
    return { value: current().settings?.entries.find((entry) => entry.key === key)?.value ?? '' };
  }

  return {
    start() {
      if (environment === null) return;
      watch ??= watchSettings({
        dir,
        environment,
        clock,
        loaded: started,
        hints: folderHints,
        onSettings: apply,
        onTrouble: tellTrouble,
      });
    },
    edit(command) {
      const answer = edits.then(() => edit(command));
      edits = answer.catch(() => {});
      return answer;
    },
    async stop() {
      await edits;
      await watch?.close();
    },
  };
}
