import type { Command, CommandAnswer, Query, QueryAnswer } from '#model/commands.ts';
import type { Snapshot } from '#model/snapshot.ts';

/** All that a screen knows of the master, whether it is in this process or behind a socket. */
export interface Store {
  /** The picture as of the last notification; the same object until the next. */
  getSnapshot(): Snapshot;
  /** Told when there is a new picture; returns the function that ends it. */
  subscribe(listener: () => void): () => void;
  /** Asks the master to do something; rejects with a UserError when it will not. */
  dispatch<C extends Command>(command: C): Promise<CommandAnswer<C>>;
  /** Asks for what the snapshot does not hold. */
  query<Q extends Query>(query: Q): Promise<QueryAnswer<Q>>;
}
