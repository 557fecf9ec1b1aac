/** Which particles are near a place: the box is divided into cells, each with a list of those in it. */
export interface CellGrid {
  /** Empties the grid and divides a box of that size, in which no cell is narrower than `cell`. */
  reset(width: number, height: number, cell: number): void;
  cellOf(x: number, y: number): number;
  add(particle: number, cell: number): void;
  /** The particle must be in the cell. */
  remove(particle: number, cell: number): void;
  /**
   * Puts the particles of the cell and of the eight around it into `found`, in no order, and returns how many there are.
   * Nothing within one cell's width of a place in the cell is missing.
   */
  collect(cell: number): number;
  /** Valid until the next `collect`. */
  readonly found: Int32Array;
}

const NOBODY = -1;

/** A grid for particles 0 … count − 1, each of which can be in one cell. */
export function createCellGrid(count: number): CellGrid {
  // Singly linked lists: those are short.
  const next = new Int32Array(count);
  const found = new Int32Array(count);
  let first = new Int32Array(0);
  let columns = 1;
  let rows = 1;
  let perUnit = 1;
  // With an empty cell above and below each column, and an empty column on either side.
  let stride = 3;

  return {
    reset(width, height, cell) {
      columns = Math.max(1, Math.floor(width / cell));
      rows = Math.max(1, Math.floor(height / cell));
      perUnit = 1 / cell;
      stride = rows + 2;
      const size = (columns + 2) * stride;
      if (first.length < size) first = new Int32Array(size);
      first.fill(NOBODY, 0, size);
    },
    cellOf(x, y) {
      // Whatever is outside the box belongs to the cells at its edge, so that neighbours stay neighbours.
      const across = x * perUnit;
      const down = y * perUnit;
      const column = across > 0 ? (across < columns ? across | 0 : columns - 1) : 0;
      const row = down > 0 ? (down < rows ? down | 0 : rows - 1) : 0;
      return (column + 1) * stride + row + 1;
    },
    add(particle, cell) {
      next[particle] = first[cell] as number;
      first[cell] = particle;
    },
    remove(particle, cell) {
      const after = next[particle] as number;
      let before = first[cell] as number;
      if (before === particle) {
        first[cell] = after;
        return;
      }
      while (next[before] !== particle) before = next[before] as number;
      next[before] = after;
    },
    collect(cell) {
      let count = 0;
      for (let middle = cell - stride; middle <= cell + stride; middle += stride) {
        for (let near = middle - 1; near <= middle + 1; near += 1) {
          for (let other = first[near] as number; other !== NOBODY; other = next[other] as number) {
            found[count] = other;
            count += 1;
          }
        }
      }
      return count;
    },
    found,
  };
}

/** Sorts values[0 … size − 1] (Shell, 1959): mostly a few numbers, for which a call of the library costs more. */
export function sortRange(values: Int32Array, size: number): void {
  let gap = 1;
  if (size > 16) while (gap < size / 3) gap = 3 * gap + 1;
  for (; gap > 0; gap = Math.floor(gap / 3)) {
    for (let index = gap; index < size; index += 1) {
      const value = values[index] as number;
      let place = index - gap;
      while (place >= 0 && (values[place] as number) > value) {
        values[place + gap] = values[place] as number;
        place -= gap;
      }
      values[place + gap] = value;
    }
  }
}
