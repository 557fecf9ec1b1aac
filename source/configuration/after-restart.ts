import { isDeepStrictEqual } from 'node:util';
import { said } from '#model/said.ts';
import type { SettingChange, SettingEntry, Settings } from '#model/settings.ts';

/**
 * What of newly read settings can be in force while the master runs on: the files that it has open stay those of its
 * start, and their entries say what is pending.
 */
export function keptUntilRestart(read: Settings, started: Settings): Settings {
  const before = new Map(started.entries.map((entry) => [entry.key, entry]));
  return {
    ...read,
    logFile: started.logFile,
    stateFile: started.stateFile,
    entries: read.entries.map((entry) => {
      const was = entry.applies === 'at-restart' ? before.get(entry.key) : undefined;
      return was === undefined || was.value === entry.value ? entry : { ...was, pending: entry.value };
    }),
  };
}

/** What is set otherwise than before, in the order of the entries; what is not there any more comes last. */
export function changesBetween(before: Settings, after: Settings): SettingChange[] {
  const was = new Map(before.entries.map((entry) => [entry.key, entry]));
  const is = new Set(after.entries.map(({ key }) => key));
  return [
    ...after.entries.flatMap((entry) => changeOf(was.get(entry.key), entry)),
    ...before.entries
      .filter(({ key }) => !is.has(key))
      .map((entry) => ({ key: entry.key, from: writtenIn(entry), to: '' })),
    ...changedWorkers(before, after),
  ];
}

function changeOf(was: SettingEntry | undefined, entry: SettingEntry): SettingChange[] {
  const [from, to] = [was === undefined ? '' : writtenIn(was), writtenIn(entry)];
  const { key, applies } = entry;
  return from === to ? [] : [{ key, from, to, ...(applies !== undefined && { applies }) }];
}

function writtenIn({ value, pending }: SettingEntry): string {
  return pending ?? value;
}

/** Workers at the same address of which something else changed. */
function changedWorkers(before: Settings, after: Settings): SettingChange[] {
  const was = new Map(before.workers.map((config) => [config.id, config]));
  return after.workers.flatMap((config) => {
    const former = was.get(config.id);
    if (former === undefined || former.url !== config.url || isDeepStrictEqual(former, config)) return [];
    return [{ key: `WORKER ${config.id}`, from: detailsOf(former), to: detailsOf(config) }];
  });
}

function detailsOf({ slots, labels, tokenFile }: Settings['workers'][number]): string {
  const names = labels.join(',');
  const some = slots === null ? said`labels ${names}` : said`slots ${slots}, labels ${names}`;
  const shape = names !== '' ? some : slots === null ? '' : said`slots ${slots}`;
  if (tokenFile === null) return shape;
  return shape === '' ? said`a token file` : said`${shape}, a token file`;
}
