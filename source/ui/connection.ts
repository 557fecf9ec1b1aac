import type { Problem } from '#model/events.ts';
import type { Snapshot } from '#model/snapshot.ts';
import type { Connection } from '#store/store.ts';
import type { Translate } from '#ui/i18n/translate.ts';

/** Whether the picture is that of a master that cannot be heard just now. */
export function isCutOff(connection: Connection | null): boolean {
  return connection !== null && connection.state !== 'connected';
}

/** The picture with the lost connection as the newest of its problems: it is told wherever they are. */
export function withConnection(snapshot: Snapshot, connection: Connection | null, t: Translate): Snapshot {
  if (connection === null || connection.state === 'connected') return snapshot;
  // Nothing has failed yet: the first try is under way.
  if (connection.reason === '') return snapshot;
  const problem: Problem = { id: 'connection', message: reasonOf(connection, t), since: connection.since };
  return { ...snapshot, problems: [...snapshot.problems, problem] };
}

/** What is seldom and long, such as another version of the protocol, stays as it was worded. */
function reasonOf({ reason, silence }: Connection, t: Translate): string {
  return silence === undefined ? reason : t(`silence.${silence.kind}`, { detail: silence.detail });
}
