/**
 * The last values of something. All its slots are taken at the start and there are never more, so that what is kept does
 * not grow with time. Immutable: a new value costs one copy of the slots. Plain data, which an attached screen gets as it is.
 */
export interface Ring<T> {
  readonly slots: readonly (T | null)[];
  /** Slot of the next value: that of the oldest one, once all are taken. */
  readonly next: number;
  /** Slots taken. */
  readonly taken: number;
}

/**
 * A ring for `capacity` values, at least one, with the last of those that there are already, oldest first. `empty` stands
 * in the slots where nothing has come yet: a number for numbers, which the engine then keeps in the slots themselves.
 */
export function ringOf<T>(capacity: number, values: readonly T[] = [], empty: T | null = null): Ring<T> {
  const last = values.slice(-capacity);
  const slots = Array.from({ length: capacity }, (_, index) =>
    index < last.length ? (last[index] as T) : empty,
  );
  return { slots, next: last.length % capacity, taken: last.length };
}

/** The ring with one value more, in the place of the oldest once there is no other. */
export function withValue<T>({ slots, next, taken }: Ring<T>, value: T): Ring<T> {
  return {
    slots: slots.with(next, value),
    next: (next + 1) % slots.length,
    taken: Math.min(taken + 1, slots.length),
  };
}

/** The ring with another value in place of its newest; it must have one. */
export function withNewest<T>(ring: Ring<T>, value: T): Ring<T> {
  return { ...ring, slots: ring.slots.with(newestSlot(ring), value) };
}

/** The newest value; undefined before the first. */
export function newestOf<T>(ring: Ring<T>): T | undefined {
  return ring.taken === 0 ? undefined : (ring.slots[newestSlot(ring)] as T);
}

/** The values, oldest first. */
export function valuesOf<T>({ slots, next, taken }: Ring<T>): T[] {
  const values =
    taken < slots.length ? slots.slice(0, taken) : [...slots.slice(next), ...slots.slice(0, next)];
  return values as T[];
}

/** The last values, the newest first: for whoever looks back until it has seen enough. */
export function* newestFirst<T>(ring: Ring<T>): Generator<T, void> {
  const { length } = ring.slots;
  for (let back = 0; back < ring.taken; back += 1) {
    yield ring.slots[(newestSlot(ring) - back + length) % length] as T;
  }
}

function newestSlot<T>({ slots, next }: Ring<T>): number {
  return (next - 1 + slots.length) % slots.length;
}
