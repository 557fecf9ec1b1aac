const SIZE = 624;
const MIDDLE = 397;

/**
 * Uniform numbers in [0, 1) of 53 bits: MT19937 (Matsumoto and Nishimura, 1998), its state filled by Knuth's recurrence
 * from one 32-bit seed.
 */
export function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i += 1) {
    const previous = state[i - 1] as number;
    state[i] = Math.imul(1_812_433_253, previous ^ (previous >>> 30)) + i;
  }
  let used = SIZE;

  function refill(): void {
    for (let i = 0; i < SIZE; i += 1) {
      const mixed = ((state[i] as number) & 0x80000000) | ((state[(i + 1) % SIZE] as number) & 0x7fffffff);
      const twist = mixed & 1 ? 0x9908b0df : 0;
      state[i] = (state[(i + MIDDLE) % SIZE] as number) ^ (mixed >>> 1) ^ twist;
    }
    used = 0;
  }

  function word(): number {
    if (used === SIZE) refill();
    let bits = state[used] as number;
    used += 1;
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return bits ^ (bits >>> 18);
  }

  return () => {
    const high = word() >>> 5;
    const low = word() >>> 6;
    return (high * 67_108_864 + low) / 2 ** 53;
  };
}
