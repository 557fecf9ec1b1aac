/** English texts of the palette, the themes and the wall. */
export const enDashboard = {
  'key.palette': 'command palette',
  'key.palette-short': 'command',
  'palette.hint': 'type what you want to do',
  'palette.none': 'nothing is called that; esc closes',

  'theme.auto': 'theme: as the terminal is',
  'theme.dark': 'theme: dark',
  'theme.light': 'theme: light',
  'theme.high-contrast': 'theme: high contrast',
  'theme.colour-blind': 'theme: colour-blind safe',
  'theme.16-colours': 'theme: 16 colours',
  'theme.mono': 'theme: no colours',
  'command.language-en': 'language: English',
  'command.language-es': 'language: Spanish',
  'command.ascii': 'glyphs: ASCII, or all',
} as const;
