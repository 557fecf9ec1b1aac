import type { IBufferCell, Terminal } from '@xterm/headless';

const CELL = { width: 8.4, height: 18 };
const MARGIN = 14;
const FOREGROUND = '#d6dbe1';
const BACKGROUND = '#14181d';
/** The 16 colours of a calm dark terminal. */
const PALETTE = [
  '#1c2128',
  '#e5616b',
  '#6bc46d',
  '#d8b24a',
  '#5aa2f0',
  '#b58bdc',
  '#4fb8c4',
  '#c8ced6',
  '#5c6773',
  '#ff7b85',
  '#8ddb8c',
  '#f0cd6b',
  '#7fb9ff',
  '#cfa8f5',
  '#74d3de',
  '#ffffff',
];

interface Look {
  readonly color: string;
  readonly background: string;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
}

/** The screen of a terminal emulator as an SVG picture: what the program drew, cell by cell. */
export function screenSvg(terminal: Terminal): string {
  const width = terminal.cols * CELL.width + 2 * MARGIN;
  const height = terminal.rows * CELL.height + 2 * MARGIN;
  const rows = Array.from({ length: terminal.rows }, (_, row) => rowSvg(terminal, row)).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>The screen of elastic-tui</title>
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" xml:space="preserve">
${rows}
</g>
</svg>
`;
}

function rowSvg(terminal: Terminal, row: number): string {
  const line = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + row);
  if (line === undefined) return '';
  const parts: string[] = [];
  let text = '';
  let start = 0;
  let look: Look | null = null;
  const flush = (end: number) => {
    if (look !== null) parts.push(runSvg(text, { start, end, row }, look));
    text = '';
    start = end;
  };
  for (let column = 0; column < terminal.cols; column += 1) {
    const cell = line.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const next = lookOf(cell);
    if (look === null || !same(look, next)) {
      flush(column);
      look = next;
    }
    text += cell.getChars() || ' ';
  }
  flush(terminal.cols);
  return parts.join('');
}

function runSvg(
  text: string,
  { start, end, row }: { readonly start: number; readonly end: number; readonly row: number },
  look: Look,
): string {
  const x = (MARGIN + start * CELL.width).toFixed(1);
  const y = MARGIN + row * CELL.height;
  const length = ((end - start) * CELL.width).toFixed(1);
  const box =
    look.background === BACKGROUND
      ? ''
      : `<rect x="${x}" y="${y}" width="${length}" height="${CELL.height}" fill="${look.background}"/>`;
  if (text.trim() === '') return box;
  const style = [
    look.bold ? ' font-weight="bold"' : '',
    look.dim ? ' opacity="0.6"' : '',
    look.underline ? ' text-decoration="underline"' : '',
  ].join('');
  return `${box}<text x="${x}" y="${y + 13.5}" textLength="${length}" lengthAdjust="spacingAndGlyphs" fill="${look.color}"${style}>${escapeXml(text)}</text>`;
}

function lookOf(cell: IBufferCell): Look {
  const plain = cell.isFgDefault() ? FOREGROUND : (PALETTE[cell.getFgColor()] ?? FOREGROUND);
  const behind = cell.isBgDefault() ? BACKGROUND : (PALETTE[cell.getBgColor()] ?? BACKGROUND);
  const inverse = cell.isInverse() !== 0;
  return {
    color: inverse ? behind : plain,
    background: inverse ? plain : behind,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    underline: cell.isUnderline() !== 0,
  };
}

function same(a: Look, b: Look): boolean {
  return (Object.keys(a) as (keyof Look)[]).every((key) => a[key] === b[key]);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
