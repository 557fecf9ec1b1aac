import type { Command, CommandAnswer, Query, QueryAnswer } from '#model/commands.ts';
import type { Snapshot } from '#model/snapshot.ts';

/** What became of a master that is not heard, for screens to say in their own language. */
export interface Silence {
  /** Nobody listens, it said that it ends, it closed the connection, it does not answer, the connection broke. */
  readonly kind: 'nobody' | 'ended' | 'closed' | 'silent' | 'broken';
  /** Where nobody listens, why it ended, how it broke; else empty. Plain text. */
  readonly detail: string;
}

/** How a screen that is not in the master's own process reaches it. The same object until something changes. */
export interface Connection {
  /** `refused`: the master is there but does not take this screen, which tries again all the same. */
  readonly state: 'connected' | 'reconnecting' | 'refused';
  /** When the connection was made; without one, when the master was last heard: how old the picture is. Unix milliseconds. */
  readonly since: number;
  /** Why there is no connection. English, plain text; empty where there is one. */
  readonly reason: string;
  /** Where that is one of the usual ones. */
  readonly silence?: Silence | undefined;
  /** Of the master that was last heard; null before the first. */
  readonly master: { readonly pid: number; readonly version: string } | null;
}

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
  /** Missing where the master is in this process. `subscribe` tells of its changes too. */
  connection?(): Connection;
  /** Whether the master goes on when this screen is closed; missing: it ends with it. */
  outlives?(): boolean;
}
