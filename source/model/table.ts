const PAGE = 64;

/**
 * An immutable map from id to value that keeps insertion order. `set` copies one page of 64 values and the list
 * of pages, not the whole: a fleet of 10 000 workers can change thousands of times a second.
 */
export class Table<T> implements Iterable<T> {
  static readonly #empty = new Table<never>([], new Map(), 0);
  readonly #pages: readonly (readonly T[])[];
  /**
   * Position of each id, in order. Shared between versions, since copying it for each new id would make filling a
   * table quadratic: the newest version adds to it in place, and no version looks beyond its own size.
   */
  readonly #positions: Map<string, number>;
  /** What was made of this version, by what made it; null before anything was. */
  #derived: Map<unknown, unknown> | null = null;
  readonly size: number;

  private constructor(pages: readonly (readonly T[])[], positions: Map<string, number>, size: number) {
    this.#pages = pages;
    this.#positions = positions;
    this.size = size;
  }

  static empty<T>(): Table<T> {
    return Table.#empty;
  }

  /** Later entries of the same id replace earlier ones, in the earlier one's place. */
  static from<T>(entries: Iterable<readonly [string, T]>): Table<T> {
    const values = new Map(entries);
    const positions = new Map([...values.keys()].map((id, position) => [id, position]));
    const flat = [...values.values()];
    const pages: T[][] = [];
    for (let start = 0; start < flat.length; start += PAGE) pages.push(flat.slice(start, start + PAGE));
    return new Table(pages, positions, positions.size);
  }

  has(id: string): boolean {
    return this.#positionOf(id) !== undefined;
  }

  get(id: string): T | undefined {
    const position = this.#positionOf(id);
    return position === undefined ? undefined : this.#pages[Math.floor(position / PAGE)]?.[position % PAGE];
  }

  /** A table in which `id` stands for `value`; a new id is appended. */
  set(id: string, value: T): Table<T> {
    const position = this.#positionOf(id);
    if (position === undefined) return this.#append(id, value);
    const pageIndex = Math.floor(position / PAGE);
    const page = (this.#pages[pageIndex] ?? []).with(position % PAGE, value);
    return new Table(this.#pages.with(pageIndex, page), this.#positions, this.size);
  }

  /** A table without the entries that `drop` names. Costs the whole table: meant for batches. */
  without(drop: (value: T, id: string) => boolean): Table<T> {
    return Table.from([...this.entries()].filter(([id, value]) => !drop(value, id)));
  }

  *entries(): IterableIterator<[string, T]> {
    for (const [id, position] of this.#positions) {
      if (position >= this.size) return;
      const value = this.#pages[Math.floor(position / PAGE)]?.[position % PAGE];
      if (value !== undefined) yield [id, value];
    }
  }

  /** What `make`, a pure function, makes of this version of the table: made once, however often it is asked for. */
  derived<R>(make: (table: Table<T>) => R): R {
    this.#derived ??= new Map();
    if (!this.#derived.has(make)) this.#derived.set(make, make(this));
    return this.#derived.get(make) as R;
  }

  /** At least every value that is not the same in `before`, a table that this one was made from. */
  *changedSince(before: Table<T>): IterableIterator<T> {
    for (const [index, page] of this.#pages.entries()) if (page !== before.#pages[index]) yield* page;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const page of this.#pages) yield* page;
  }

  #positionOf(id: string): number | undefined {
    const position = this.#positions.get(id);
    return position !== undefined && position < this.size ? position : undefined;
  }

  #append(id: string, value: T): Table<T> {
    // The empty table is shared by everybody and must not fill.
    const isNewest = this.size > 0 && this.#positions.size === this.size;
    const positions = isNewest ? this.#positions : new Map([...this.#positions].slice(0, this.size));
    positions.set(id, this.size);
    const last = this.#pages.at(-1);
    const pages =
      last === undefined || last.length === PAGE
        ? [...this.#pages, [value]]
        : this.#pages.with(-1, [...last, value]);
    return new Table(pages, positions, this.size + 1);
  }
}
