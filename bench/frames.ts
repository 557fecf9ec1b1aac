import xterm from '@xterm/headless';
import { type Chunk, COLUMNS, FRAME_END, ROWS } from './screen-session.ts';

/** One picture on its way to the terminal. */
export interface Frame {
  /** When its end arrived, as `performance.now` tells it. */
  readonly at: number;
  readonly text: string;
}

/** What arrived, cut where frames end; a frame that has not ended is left away. */
export function framesIn(chunks: readonly Chunk[]): Frame[] {
  const frames: Frame[] = [];
  let open = '';
  for (const { at, text } of chunks) {
    const parts = (open + text).split(FRAME_END);
    open = parts.pop() ?? '';
    for (const part of parts) frames.push({ at, text: part + FRAME_END });
  }
  return frames;
}

/** Rows of the screen that a frame begins to write more than once, and how many rows it reaches over. */
export function writingOf(frame: string): { readonly twice: number; readonly height: number } {
  const starts = new Map<number, number>();
  let row = 0;
  let [top, bottom] = [0, 0];
  let moved = true;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what is read here
  for (const [token, count, final] of frame.matchAll(/\u001b\[([\d;?]*)([A-Za-z])|[\n\r]|[^\u001b\n\r]+/g)) {
    const rows = Number(count) || 1;
    if (token === '\n') row += 1;
    else if (final === 'A' || final === 'F') row -= rows;
    else if (final === 'B' || final === 'E') row += rows;
    else if (final === 'H') row = (Number.parseInt(count ?? '', 10) || 1) - 1;
    if (token === '\n' || token === '\r' || (final !== undefined && /[A-H]/.test(final))) moved = true;
    else if (final === undefined && moved) {
      starts.set(row, (starts.get(row) ?? 0) + 1);
      moved = false;
    }
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
  }
  return { twice: [...starts.values()].filter((count) => count > 1).length, height: bottom - top + 1 };
}

/** A terminal that draws frames one by one. */
export class Replay {
  readonly #terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  #scrolls = 0;
  #hasDrawn = false;

  constructor() {
    // The first drawing goes to the other screen, of which this is told as well, though it moves nothing.
    this.#terminal.onScroll(() => {
      if (this.#hasDrawn) this.#scrolls += 1;
    });
  }

  /** How often something was written below the last row, which moves all the others away. */
  get scrolls(): number {
    return this.#scrolls;
  }

  draw(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#terminal.write(text, () => {
        this.#hasDrawn = true;
        resolve();
      });
    });
  }

  /** The rows without their colours. */
  texts(): string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: ROWS }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
  }

  /** The rows as they look, with the colours as SGR sequences. */
  lines(): string[] {
    return Array.from({ length: ROWS }, (_, row) => this.#line(row));
  }

  #line(row: number): string {
    const line = this.#terminal.buffer.active.getLine(row);
    let text = '';
    let look = '';
    for (let column = 0; column < COLUMNS; column += 1) {
      const cell = line?.getCell(column);
      if (cell === undefined || cell.getWidth() === 0) continue;
      const codes = [
        ...(cell.isBold() ? ['1'] : []),
        ...(cell.isDim() ? ['2'] : []),
        ...(cell.isUnderline() ? ['4'] : []),
        ...(cell.isInverse() ? ['7'] : []),
        ...(cell.isFgDefault() ? [] : [`38;5;${cell.getFgColor()}`]),
        ...(cell.isBgDefault() ? [] : [`48;5;${cell.getBgColor()}`]),
      ].join(';');
      if (codes !== look)
        text += `${look === '' ? '' : '\u001b[0m'}${codes === '' ? '' : `\u001b[${codes}m`}`;
      look = codes;
      text += cell.getChars() || ' ';
    }
    return look === '' ? text : `${text}\u001b[0m`;
  }
}
