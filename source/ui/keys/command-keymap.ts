import { THEME_NAMES, type ThemeName } from '#ui/theme/palettes.ts';
import type { Keymap } from './keymap.ts';

export type CommandAction = `theme-${ThemeName}` | 'language-en' | 'language-es' | 'ascii';

/** What is done from the palette alone: seldom enough to need no key. */
export const COMMAND_KEYMAP: Keymap<CommandAction> = [
  ...THEME_NAMES.map((name) => ({ action: `theme-${name}`, keys: [], label: `theme.${name}` }) as const),
  { action: 'language-en', keys: [], label: 'command.language-en' },
  { action: 'language-es', keys: [], label: 'command.language-es' },
  { action: 'ascii', keys: [], label: 'command.ascii' },
];
