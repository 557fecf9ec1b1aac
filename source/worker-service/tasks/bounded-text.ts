/** How JSON writes a control character: `\u0000`. */
const LONGEST_ESCAPE = 6;

/** The end of `text` that takes at most `maxBytes` in JSON, as UTF-8 and with its escapes; whole characters. */
export function lastOfText(text: string, maxBytes: number): string {
  if (text.length * LONGEST_ESCAPE <= maxBytes) return text;
  let bytes = 0;
  let start = text.length;
  while (start > 0) {
    bytes += jsonBytes(text.charCodeAt(start - 1));
    if (bytes > maxBytes) break;
    start -= 1;
  }
  if (start === 0) return text;
  return text.slice(isLowSurrogate(text.charCodeAt(start)) ? start + 1 : start);
}

/** Of one UTF-16 unit. A surrogate counts as half a pair, or as its escape: 6, which is never too little. */
function jsonBytes(unit: number): number {
  if (unit === 0x22 || unit === 0x5c || unit === 0x0a || unit === 0x0d || unit === 0x09) return 2;
  if (unit < 0x20) return LONGEST_ESCAPE;
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  return unit >= 0xd800 && unit < 0xe000 ? LONGEST_ESCAPE : 3;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
