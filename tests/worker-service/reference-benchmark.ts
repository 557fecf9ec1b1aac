/** The particle benchmark word for word as the protocol describes it: every pair, no grid, nothing optimised. */
export function referenceBenchmark(particles: number, steps: number, seed: number): string {
  const uniform = mersenneTwister(seed);
  const x: number[] = [];
  const y: number[] = [];
  const vx: number[] = [];
  const vy: number[] = [];
  for (let i = 0; i < particles; i += 1) {
    x.push(uniform() * 790 + 5);
    y.push(uniform() * 590 + 5);
  }
  for (let i = 0; i < particles; i += 1) {
    vx.push((uniform() - 0.5) * 40);
    vy.push((uniform() - 0.5) * 40);
  }
  let particleCollisions = 0;
  let wallCollisions = 0;
  // Every index below is smaller than the number of particles.
  const at = (values: readonly number[], i: number) => values[i] as number;
  const add = (values: number[], i: number, by: number) => {
    values[i] = at(values, i) + by;
  };
  const reflect = (place: number[], speed: number[], [i, high]: readonly [number, number]) => {
    const edge = at(place, i) < 5 ? 5 : at(place, i) > high ? high : null;
    if (edge === null) return false;
    place[i] = edge;
    speed[i] = -at(speed, i) * 0.8;
    return true;
  };
  for (let step = 0; step < steps; step += 1) {
    for (let i = 0; i < particles; i += 1) {
      add(x, i, at(vx, i) * 0.1);
      add(y, i, at(vy, i) * 0.1);
    }
    for (let i = 0; i < particles; i += 1) {
      const [inX, inY] = [reflect(x, vx, [i, 795]), reflect(y, vy, [i, 595])];
      if (inX || inY) wallCollisions += 1;
    }
    for (let i = 0; i < particles; i += 1) {
      for (let j = i + 1; j < particles; j += 1) {
        const dx = at(x, i) - at(x, j);
        const dy = at(y, i) - at(y, j);
        const squared = dx * dx + dy * dy;
        if (squared >= 100) continue;
        if (dx * (at(vx, i) - at(vx, j)) + dy * (at(vy, i) - at(vy, j)) > 0) continue;
        particleCollisions += 1;
        const distance = Math.sqrt(squared);
        if (distance === 0) continue;
        const [nx, ny] = [dx / distance, dy / distance];
        const alongI = at(vx, i) * nx + at(vy, i) * ny;
        const alongJ = at(vx, j) * nx + at(vy, j) * ny;
        add(vx, i, (alongJ - alongI) * nx * 0.9);
        add(vy, i, (alongJ - alongI) * ny * 0.9);
        add(vx, j, (alongI - alongJ) * nx * 0.9);
        add(vy, j, (alongI - alongJ) * ny * 0.9);
        const push = (10 - distance) / 2;
        add(x, i, nx * push);
        add(y, i, ny * push);
        add(x, j, -nx * push);
        add(y, j, -ny * push);
      }
    }
  }
  return `${particleCollisions} ${wallCollisions}`;
}

/** MT19937 with the state filled by Knuth's recurrence; doubles of 53 bits in [0, 1). */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let i = 1; i < 624; i += 1) {
    const previous = state[i - 1] as number;
    state[i] = Math.imul(1_812_433_253, previous ^ (previous >>> 30)) + i;
  }
  let index = 624;
  const word = () => {
    if (index === 624) {
      for (let i = 0; i < 624; i += 1) {
        const mixed = ((state[i] as number) & 0x80000000) | ((state[(i + 1) % 624] as number) & 0x7fffffff);
        const twist = mixed & 1 ? 0x9908b0df : 0;
        state[i] = (state[(i + 397) % 624] as number) ^ (mixed >>> 1) ^ twist;
      }
      index = 0;
    }
    let y = state[index] as number;
    index += 1;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  return () => {
    const [high, low] = [word() >>> 5, word() >>> 6];
    return (high * 67_108_864 + low) / 2 ** 53;
  };
}
