/**
 * Marks an English sentence of ours that may come to the screen, which says it in the reader's language
 * (`ui/i18n/said.ts`); logs and scripts have it as it is. Does what the template alone would do. A value may be such a
 * sentence itself. A sentence must begin or end with words of its own, or have many between its
 * values, or what others said would be taken for it.
 */
export function said(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return String.raw({ raw: parts }, ...values);
}
