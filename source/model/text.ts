// C0 (but tab and newline are handled by the caller), DEL, C1, and what reorders or hides text: bidirectional
// controls, zero-width marks, line and paragraph separators, the byte-order mark.
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
// In this order: operating system command, the other strings, CSI, character sets and the like, two characters, a lone
// ESC; then CSI as one 8-bit character (ECMA-48).
const ESCAPE_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /\u001b(?:\][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|[PX^_][^\u001b\u009c]*(?:\u001b\\|\u009c)?|\[[0-?]*[ -/]*[@-~]|[ -/]+[0-~]|[0-~])?|\u009b[0-?]*[ -/]*[@-~]/g;

/**
 * Text from a worker, a file or a user as one line that cannot control the terminal: escape sequences are
 * dropped whole, every other control or invisible character becomes a space, lone surrogates U+FFFD.
 */
export function plainLine(text: string): string {
  return text.replace(ESCAPE_SEQUENCE, '').replace(CONTROL, ' ').toWellFormed();
}

/** As `plainLine`, for text of several lines: newlines stay, tabs become four spaces. */
export function plainText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => plainLine(line.replaceAll('\t', '    ')))
    .join('\n');
}
