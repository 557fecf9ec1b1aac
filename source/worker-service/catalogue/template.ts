import type { ParameterValues } from './benchmark.ts';

/** `{{word}}` stands for a literal `{word}`, `{NAME}` for the value of a parameter. */
const PLACEHOLDER = /\{\{(\w+)\}\}|\{([A-Za-z_]\w*)\}/g;

/** The parameters that an argument template names. */
export function placeholdersIn(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].flatMap(([, , name]) => (name === undefined ? [] : [name]));
}

/**
 * The argument that a template gives for these values. It stays one argument, whatever the values contain: nothing is
 * split, quoted or interpreted.
 */
export function fillTemplate(template: string, values: ParameterValues): string {
  return template.replace(PLACEHOLDER, (_, literal?: string, name?: string) =>
    name === undefined ? `{${literal}}` : String(values[name]),
  );
}
