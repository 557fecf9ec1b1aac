import { Table } from '#model/table.ts';

/** A value whose tables are lists of their entries: what they hold is private, so that no comparison sees it. */
export function laidOut(value: unknown): unknown {
  if (value instanceof Table) return { table: laidOut([...value.entries()]) };
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, laidOut(one)]));
  if (Array.isArray(value)) return value.map(laidOut);
  if (typeof value !== 'object' || value === null || value instanceof Set) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, laidOut(one)]));
}
