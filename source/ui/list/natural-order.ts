let collator: Intl.Collator | null = null;

/**
 * Which of two names comes first for a person: `worker-9` before `worker-10`. Its tables are loaded by the first
 * comparison: the first picture must not wait for them.
 */
export function compareNaturally(a: string, b: string): number {
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a, b);
}
