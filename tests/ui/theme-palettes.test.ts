import { describe, expect, test } from 'vitest';
import { span } from '#ui/lines/line.ts';
import { type Background, paletteOf, THEME_NAMES, type ThemeName } from '#ui/theme/palettes.ts';
import { createTheme, type Style } from '#ui/theme/theme.ts';

type Rgb = readonly [red: number, green: number, blue: number];

/** The colours of xterm's 256-colour palette beyond the terminal's own: a cube of six steps, and greys. */
function rgbOf(colour: number): Rgb {
  if (colour >= 232) return [8 + (colour - 232) * 10, 8 + (colour - 232) * 10, 8 + (colour - 232) * 10];
  const steps = [0, 95, 135, 175, 215, 255];
  const cube = colour - 16;
  return [steps[Math.floor(cube / 36)] ?? 0, steps[Math.floor(cube / 6) % 6] ?? 0, steps[cube % 6] ?? 0];
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** WCAG 2.2, contrast ratio. */
function contrast(a: Rgb, b: Rgb): number {
  const luminance = ([red, green, blue]: Rgb) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

/** Machado, Oliveira and Fernandes 2009, severity 1.0, on linear light. */
const BLINDNESS = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
} as const;

/** CIE L*a*b* (D65) of linear light. */
function lab([red, green, blue]: readonly number[] & Rgb): Rgb {
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = f((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
  const y = f(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = f((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** How different two colours look to somebody with this blindness: CIE76, 2.3 is just noticeable. */
function difference(a: Rgb, b: Rgb, blindness: keyof typeof BLINDNESS): number {
  const seen = (colour: Rgb): Rgb => {
    const light = colour.map(linear);
    const [red = 0, green = 0, blue = 0] = BLINDNESS[blindness].map((row) =>
      Math.min(
        1,
        Math.max(0, row[0] * (light[0] ?? 0) + row[1] * (light[1] ?? 0) + row[2] * (light[2] ?? 0)),
      ),
    );
    return lab([red, green, blue]);
  };
  const [first, second] = [seen(a), seen(b)];
  return Math.hypot(first[0] - second[0], first[1] - second[1], first[2] - second[2]);
}

const BACKGROUNDS: Readonly<Record<'dark' | 'light', readonly Rgb[]>> = {
  dark: [
    [0, 0, 0],
    [30, 30, 30],
    [40, 42, 54],
  ],
  light: [
    [255, 255, 255],
    [253, 246, 227],
  ],
};
const WORDS: readonly Style[] = ['title', 'accent', 'muted', 'good', 'warning', 'bad', 'info'];
const FINE: readonly (readonly [ThemeName, Exclude<Background, null>])[] = [
  ['auto', 'dark'],
  ['auto', 'light'],
  ['dark', 'dark'],
  ['light', 'light'],
  ['colour-blind', 'dark'],
  ['colour-blind', 'light'],
];

describe.each(FINE)('%s on a %s background', (name, background) => {
  test('every word is read easily: a contrast of at least 4.5', () => {
    const palette = paletteOf(name, background);
    const hard = WORDS.flatMap((style) => {
      const { foreground } = palette[style];
      return foreground === undefined
        ? [style]
        : BACKGROUNDS[background].filter((own) => contrast(rgbOf(foreground), own) < 4.5).map(() => style);
    });
    expect(hard).toEqual([]);
  });
});

test.each([...THEME_NAMES])('in %s what has a background of its own is read on it', (name) => {
  for (const background of ['dark', 'light', null] as const) {
    for (const look of Object.values(paletteOf(name, background))) {
      if ((look.background ?? 0) < 16) continue;
      expect(contrast(rgbOf(look.foreground ?? 0), rgbOf(look.background ?? 0))).toBeGreaterThan(4.5);
    }
  }
});

test.each([
  ['protanopia', 'dark'],
  ['protanopia', 'light'],
  ['deuteranopia', 'dark'],
  ['deuteranopia', 'light'],
] as const)(
  'with %s the colour-blind theme tells states apart on a %s background',
  (blindness, background) => {
    const palette = paletteOf('colour-blind', background);
    const states = (['good', 'warning', 'bad'] as const).map((style) =>
      rgbOf(palette[style].foreground ?? 16),
    );
    const [good, warning, bad] = states as [Rgb, Rgb, Rgb];
    expect(difference(good, bad, blindness)).toBeGreaterThan(30);
    expect(difference(good, warning, blindness)).toBeGreaterThan(30);
    expect(difference(warning, bad, blindness)).toBeGreaterThan(20);
  },
);

test('the measure of difference would find green against red', () => {
  const [green, red] = [rgbOf(70), rgbOf(136)];
  expect(difference(green, red, 'deuteranopia')).toBeLessThan(30);
});

describe('every theme', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
  const SGR = /\u001b\[([\d;]*)m/g;

  test.each([...THEME_NAMES])('%s ends each style where its span ends', (name) => {
    const { paint } = createTheme({ colorLevel: 2, name });
    for (const style of Object.keys(paletteOf(name, null)) as Style[]) {
      const [start = '', end = ''] = paint([span('x', style), span('y')]).split('x');
      const opened = start.match(SGR)?.length ?? 0;
      expect(end.replace(SGR, '')).toBe('y');
      expect(end.match(SGR)?.length ?? 0).toBe(opened);
    }
  });

  test('writes no colour where there is to be none, but still tells what is chosen', () => {
    const { style } = createTheme({ colorLevel: 3, name: 'mono' });
    const codes = (Object.keys(paletteOf('mono', null)) as Style[]).flatMap((each) =>
      [...style('x', each).matchAll(SGR)].map(([, code]) => Number(code)),
    );
    // Bold, dim, underline, inverse, and their ends.
    expect(codes.filter((code) => ![1, 2, 4, 7, 22, 24, 27].includes(code))).toEqual([]);
    expect(style('x', 'selected')).not.toBe('x');
  });

  test('keeps to the terminal’s own colours where there are 16', () => {
    for (const name of ['auto', 'dark', 'light', '16-colours'] as const) {
      expect(createTheme({ colorLevel: 1, name }).style('x', 'good')).toBe('\u001b[32mx\u001b[39m');
    }
  });
});
