import { type CellGrid, sortRange } from './cell-grid.ts';
import { DIAMETER, type Discs, HEIGHT, TIME_STEP, WIDTH } from './discs.ts';

/**
 * The pairs of particles that can touch soon (Verlet, 1967): all that were nearer than a diameter and a `skin` when they
 * were listed. As long as no particle is farther than half the skin from where it was then, every touching pair is among
 * them, however often it was pushed since.
 */
export interface NearPairs {
  /** Pairs i < j one after the other, in ascending order of i, then of j. Valid until the next `prepare`. */
  listed(): Int32Array;
  /** To be told that all particles have moved for one step at their own speed. */
  moved(): void;
  /** To be told of a particle whose place or speed has changed in another way. False: the list does not hold any more. */
  changed(particle: number): boolean;
  /** Whether the list holds for this step. Makes a new one where it does not, if that is worth it. */
  prepare(): boolean;
}

/** What listing one particle costs, in looks at one pair. Measured; no count of collisions depends on it. */
const LISTING_COST = 40;
/** A list that serves fewer steps is not worth it: in a crowd everybody is pushed about. */
const WORTH_STEPS = 3;
/** For how many steps none is made then; each time twice as many, until one was worth it again. */
const LEAST_REST = 16;
const MOST_REST = 1_024;
/** Nor is one of more pairs than that for each particle. */
const MOST_PAIRS = 32;
const LEAST_SKIN = 1;
/** A factor above all rounding in a distance of this size of box. */
const ROUNDED_UP = 1 + 1e-6;
/** Above the rounding of one step's movement. */
const STEP_ROUNDING = 1e-12;

export function createNearPairs(discs: Discs, cells: CellGrid): NearPairs {
  const { count, x, y, vx, vy } = discs;
  const { found } = cells;
  const fromX = new Float64Array(count);
  const fromY = new Float64Array(count);
  let pairs = new Int32Array(8 * count + 128);
  /** Where the first pair is; the last one is at the end. */
  let begin = pairs.length;
  let hold = false;
  /** Half the skin. */
  let allowed = 0;
  /** Nobody is farther from where it was. */
  let farthest = 0;
  /** Nobody is faster. */
  let fastest = fastestNow();
  /** Steps that this list has served. */
  let served = 0;
  /** How far the one that gets farthest gets in a step. */
  let pace = fastest * TIME_STEP;
  let resting = 0;
  let nextRest = LEAST_REST;

  function fastestNow(): number {
    let squared = 0;
    for (let i = 0; i < count; i += 1) {
      const a = vx[i] as number;
      const b = vy[i] as number;
      squared = Math.max(squared, a * a + b * b);
    }
    return Math.sqrt(squared) * ROUNDED_UP;
  }

  function farthestNow(): number {
    let squared = 0;
    for (let i = 0; i < count; i += 1) {
      const a = (x[i] as number) - (fromX[i] as number);
      const b = (y[i] as number) - (fromY[i] as number);
      squared = Math.max(squared, a * a + b * b);
    }
    return Math.sqrt(squared) * ROUNDED_UP;
  }

  /** Lists all near pairs; false where there are too many. */
  function list(): boolean {
    const skin = bestSkin(count, pace);
    const reach = (DIAMETER + skin) * ROUNDED_UP;
    const most = 2 * (MOST_PAIRS * count + 64);
    // Not many more cells than particles: they have to be emptied.
    cells.reset(WIDTH, HEIGHT, Math.max(reach * ROUNDED_UP, Math.sqrt((WIDTH * HEIGHT) / (2 * count))));
    begin = pairs.length;
    // From the last one on, each before it is put into the grid: what it finds there comes after it.
    for (let i = count - 1; i >= 0; i -= 1) {
      const px = x[i] as number;
      const py = y[i] as number;
      const cell = cells.cellOf(px, py);
      const near = cells.collect(cell);
      let kept = 0;
      for (let index = 0; index < near; index += 1) {
        const j = found[index] as number;
        const dx = px - (x[j] as number);
        const dy = py - (y[j] as number);
        if (dx * dx + dy * dy >= reach * reach) continue;
        found[kept] = j;
        kept += 1;
      }
      if (kept > 1) sortRange(found, kept);
      if (begin < 2 * kept) {
        if (pairs.length > most) return false;
        lengthen(2 * kept);
      }
      begin -= 2 * kept;
      for (let index = 0; index < kept; index += 1) {
        pairs[begin + 2 * index] = i;
        pairs[begin + 2 * index + 1] = found[index] as number;
      }
      cells.add(i, cell);
    }
    fromX.set(x);
    fromY.set(y);
    allowed = skin / 2;
    farthest = 0;
    fastest = fastestNow();
    served = 0;
    return true;
  }

  /** Makes room in front of the pairs, for at least `more` numbers. */
  function lengthen(more: number): void {
    const longer = new Int32Array(2 * pairs.length + more);
    const room = longer.length - pairs.length;
    longer.set(pairs, room);
    pairs = longer;
    begin += room;
  }

  /** A new list where it is worth it. */
  function renew(): boolean {
    if (allowed > 0) {
      pace = allowed / Math.max(1, served);
      if (served < WORTH_STEPS) return rest();
      nextRest = LEAST_REST;
    }
    if (list()) return true;
    pace /= 2;
    return rest();
  }

  function rest(): false {
    allowed = 0;
    resting = nextRest;
    nextRest = Math.min(2 * nextRest, MOST_REST);
    return false;
  }

  return {
    listed: () => pairs.subarray(begin),
    moved() {
      farthest += fastest * TIME_STEP + STEP_ROUNDING;
    },
    changed(i) {
      const dx = (x[i] as number) - (fromX[i] as number);
      const dy = (y[i] as number) - (fromY[i] as number);
      const a = vx[i] as number;
      const b = vy[i] as number;
      farthest = Math.max(farthest, Math.sqrt(dx * dx + dy * dy) * ROUNDED_UP);
      fastest = Math.max(fastest, Math.sqrt(a * a + b * b) * ROUNDED_UP);
      if (farthest > allowed) hold = false;
      return hold;
    },
    prepare() {
      if (resting > 0) {
        resting -= 1;
        return false;
      }
      if (hold && farthest > allowed) {
        farthest = farthestNow();
        fastest = fastestNow();
        hold = farthest <= allowed;
      }
      hold ||= renew();
      served += 1;
      return hold;
    },
  };
}

/**
 * The skin that costs least. A step looks at about count² π (DIAMETER + skin)² / (2 · area) pairs, and a new list is due
 * when the one that gets farthest has passed half the skin; the sum of both is least where
 * skin² (DIAMETER + skin) = cost of a list · pace · 2 · area / (count² π).
 */
function bestSkin(count: number, pace: number): number {
  // A list looks at no more than all pairs.
  const listing = Math.min(LISTING_COST / count, 1 / 2);
  const wanted = (listing * pace * 2 * WIDTH * HEIGHT) / Math.PI;
  // Newton's method; from above, hence always above.
  let skin = Math.max(Math.cbrt(wanted), LEAST_SKIN);
  for (let round = 0; round < 4; round += 1) {
    skin -= (skin * skin * (DIAMETER + skin) - wanted) / (skin * (2 * DIAMETER + 3 * skin));
  }
  return Math.min(Math.max(skin, LEAST_SKIN), WIDTH);
}
