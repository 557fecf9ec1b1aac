import { saidEsFiles } from './said-es-files.ts';
import { saidEsTasks } from './said-es-tasks.ts';

/** Each sentence that the tag said marks, its values as `{0}`, `{1}` in the order of the English one, and the same in Spanish. */
export const saidEs: Readonly<Record<string, string>> = { ...saidEsFiles, ...saidEsTasks };
