/** The labels in a text that has commas between them, each once. */
export function labelsIn(text: string): readonly string[] {
  const labels = text.split(',').map((label) => label.trim());
  return [...new Set(labels.filter((label) => label !== ''))];
}

/**
 * The text with another label at its end: of those `offered` and not in it yet, the next after the one that stands
 * there, or the first that begins with what stands there. It goes round. Null where there is none.
 */
export function nextLabel(text: string, offered: readonly string[]): string | null {
  const start = text.lastIndexOf(',') + 1;
  const last = text.slice(start).trim();
  const before = labelsIn(text.slice(0, start));
  const free = offered.filter((label) => !before.includes(label));
  const place = free.indexOf(last);
  const next = place === -1 ? free.find((label) => label.startsWith(last)) : free[(place + 1) % free.length];
  if (next === undefined) return null;
  return start === 0 ? next : `${text.slice(0, start)} ${next}`;
}
