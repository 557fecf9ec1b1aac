import { Table } from '#model/table.ts';

/** The one key that means something in what is sent: all that JSON has no word for stands in an object with it. */
const TAG = '$';

/**
 * A value as JSON can carry it: a `Table`, a `Map`, a `Set`, `undefined` and the numbers that JSON lacks become tagged
 * objects. Gives the value itself back, uncopied, where it is plain JSON already, as nearly every event is.
 */
export function toWire(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : tagged('number', numberText(value));
    case 'object':
      return value === null ? null : objectToWire(value);
    default:
      // Nothing in the model is a function, a symbol or a bigint.
      return tagged('undefined', null);
  }
}

/** What `toWire` was given; the value itself, uncopied, where nothing in it is tagged. */
export function fromWire(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return listed(value, fromWire);
  if (!Object.hasOwn(value, TAG)) return mapped(value, fromWire);
  const { [TAG]: kind, value: held } = value as Record<string, unknown>;
  switch (kind) {
    case 'table':
      return Table.from(entriesOf(held).map(([id, one]) => [String(id), one]));
    case 'map':
      return new Map(entriesOf(held));
    case 'set':
      return new Set(listed(listOf(held), fromWire));
    case 'object':
      return Object.fromEntries(entriesOf(held));
    case 'number':
      return Number(held);
    default:
      return undefined;
  }
}

function objectToWire(value: object): unknown {
  if (Array.isArray(value)) return listed(value, toWire);
  if (value instanceof Table) return tagged('table', [...value.entries()].map(entryToWire));
  if (value instanceof Map) return tagged('map', [...value].map(entryToWire));
  if (value instanceof Set) return tagged('set', listed([...value], toWire));
  if (Object.hasOwn(value, TAG)) return tagged('object', Object.entries(value).map(entryToWire));
  return mapped(value, toWire);
}

function entryToWire(entry: readonly [unknown, unknown]): readonly unknown[] {
  return listed(entry, toWire);
}

function tagged(kind: string, value: unknown): object {
  return { [TAG]: kind, value };
}

/** As JSON would write it, were it able to. */
function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function entriesOf(value: unknown): (readonly [string, unknown])[] {
  return listOf(value).map((entry) => {
    const [key, one] = listOf(entry);
    return [fromWire(key) as string, fromWire(one)] as const;
  });
}

type Change = (one: unknown) => unknown;

/** The same list where nothing changes: one pass, however deep what is in it. */
function listed(list: readonly unknown[], change: Change): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (const [index, one] of list.entries()) {
    const next = change(one);
    if (next !== one) {
      copy ??= [...list];
      copy[index] = next;
    }
  }
  return copy ?? list;
}

/** The same object where nothing changes. A key `__proto__` stays an ordinary one: fromEntries defines it. */
function mapped(value: object, change: Change): object {
  const values = Object.values(value);
  const changed = listed(values, change);
  if (changed === values) return value;
  return Object.fromEntries(Object.keys(value).map((key, index) => [key, changed[index]]));
}
