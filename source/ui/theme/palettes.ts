import type { Style } from './theme.ts';

/** The themes that a person chooses among. `auto`: dark or light as the terminal answers, else the 16 colours. */
export const THEME_NAMES = [
  'auto',
  'dark',
  'light',
  'high-contrast',
  'colour-blind',
  '16-colours',
  'mono',
] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

/** What a terminal said of its background; null where it did not answer. */
export type Background = 'dark' | 'light' | null;

/** How one style looks: colours of the 256-colour palette (0–15 are the terminal's own), and attributes. */
export interface Look {
  readonly foreground?: number;
  readonly background?: number;
  readonly attributes?: readonly ('bold' | 'dim' | 'inverse' | 'underline')[];
}

export type Palette = Readonly<Record<Style, Look>>;

/** Shown the same in every theme: without them a field or a choice could not be seen. */
const SHAPES = {
  strong: { attributes: ['bold'] },
  field: { attributes: ['underline'] },
  cursor: { attributes: ['inverse'] },
} as const satisfies Partial<Palette>;

/** The terminal's own 16 colours, which follow its palette, light or dark. */
const SIXTEEN: Palette = {
  ...SHAPES,
  title: { foreground: 6, attributes: ['bold'] },
  accent: { foreground: 6 },
  muted: { attributes: ['dim'] },
  rule: { attributes: ['dim'] },
  good: { foreground: 2 },
  warning: { foreground: 3 },
  bad: { foreground: 1 },
  info: { foreground: 4 },
  selected: { attributes: ['bold', 'inverse'] },
  'selected-muted': { attributes: ['inverse'] },
  match: { foreground: 0, background: 3 },
};

const DARK: Palette = {
  ...SHAPES,
  title: { foreground: 80, attributes: ['bold'] },
  accent: { foreground: 80 },
  muted: { foreground: 246 },
  rule: { foreground: 240 },
  good: { foreground: 114 },
  warning: { foreground: 221 },
  bad: { foreground: 210, attributes: ['bold'] },
  info: { foreground: 111 },
  selected: { foreground: 231, background: 24, attributes: ['bold'] },
  'selected-muted': { foreground: 231, background: 239 },
  match: { foreground: 16, background: 221 },
};

const LIGHT: Palette = {
  ...SHAPES,
  title: { foreground: 24, attributes: ['bold'] },
  accent: { foreground: 24 },
  muted: { foreground: 241 },
  rule: { foreground: 249 },
  good: { foreground: 22 },
  warning: { foreground: 94 },
  bad: { foreground: 124, attributes: ['bold'] },
  info: { foreground: 25 },
  selected: { foreground: 231, background: 24, attributes: ['bold'] },
  'selected-muted': { foreground: 16, background: 253 },
  match: { foreground: 16, background: 222 },
};

/** Nothing is faint, and trouble brings its own background, so that it stands out on whatever the terminal has. */
const HIGH_CONTRAST: Palette = {
  ...SHAPES,
  title: { attributes: ['bold', 'underline'] },
  accent: { attributes: ['bold'] },
  muted: {},
  rule: {},
  good: { attributes: ['bold'] },
  warning: { foreground: 16, background: 226, attributes: ['bold'] },
  bad: { foreground: 231, background: 88, attributes: ['bold'] },
  info: { attributes: ['bold', 'underline'] },
  selected: { attributes: ['bold', 'inverse'] },
  'selected-muted': { attributes: ['inverse'] },
  match: { foreground: 16, background: 51, attributes: ['bold'] },
};

/** Blue against yellow and orange, or brown and crimson, which red- and green-blind people tell apart (tested by a model). */
const COLOUR_BLIND_DARK: Palette = {
  ...DARK,
  title: { foreground: 153, attributes: ['bold'] },
  accent: { foreground: 153 },
  good: { foreground: 75 },
  warning: { foreground: 228 },
  bad: { foreground: 202, attributes: ['bold'] },
  info: { foreground: 183 },
};

const COLOUR_BLIND_LIGHT: Palette = {
  ...LIGHT,
  good: { foreground: 27 },
  warning: { foreground: 94 },
  bad: { foreground: 89, attributes: ['bold'] },
  info: { foreground: 54 },
};

/** No colour at all, as https://no-color.org asks: weight and inversion say what there is to say. */
const MONO: Palette = {
  ...SHAPES,
  title: { attributes: ['bold'] },
  accent: {},
  muted: { attributes: ['dim'] },
  rule: { attributes: ['dim'] },
  good: {},
  warning: { attributes: ['bold'] },
  bad: { attributes: ['bold', 'underline'] },
  info: {},
  selected: { attributes: ['bold', 'inverse'] },
  'selected-muted': { attributes: ['inverse'] },
  match: { attributes: ['inverse'] },
};

/** The palette of a theme on a terminal with this background. */
export function paletteOf(name: ThemeName, background: Background): Palette {
  switch (name) {
    case 'auto':
      return background === null ? SIXTEEN : background === 'light' ? LIGHT : DARK;
    case 'dark':
      return DARK;
    case 'light':
      return LIGHT;
    case 'high-contrast':
      return HIGH_CONTRAST;
    case 'colour-blind':
      return background === 'light' ? COLOUR_BLIND_LIGHT : COLOUR_BLIND_DARK;
    case '16-colours':
      return SIXTEEN;
    case 'mono':
      return MONO;
  }
}
