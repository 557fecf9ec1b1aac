import type { Settings } from '#model/settings.ts';
import type { Snapshot } from '#model/snapshot.ts';

/**
 * The settings as they are whenever one of them is looked at. Whoever is to follow a change gets this, and takes nothing
 * out of it that it keeps.
 */
export function settingsInForce(started: Settings, current: () => Snapshot): Settings {
  return new Proxy(started, {
    get: (_, key): unknown => Reflect.get(current().settings ?? started, key),
  });
}
