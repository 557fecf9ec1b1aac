import type { Background } from './palettes.ts';

/**
 * What a terminal's answer to OSC 11 says of its background: `rgb:1e1e/1e1e/1e1e`, one to four hexadecimal digits a
 * channel (XParseColor). Light from half the perceived brightness on (ITU-R BT.601 weights). Null where it says nothing.
 */
export function backgroundOf(answer: string): Background {
  const channels = /^rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(?:\/|$)/i.exec(answer);
  if (channels === null) return null;
  const [red = 0, green = 0, blue = 0] = channels.slice(1).map(shareOf);
  return 0.299 * red + 0.587 * green + 0.114 * blue >= 0.5 ? 'light' : 'dark';
}

function shareOf(digits: string): number {
  return Number.parseInt(digits, 16) / (16 ** digits.length - 1);
}
