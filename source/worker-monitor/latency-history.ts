const HOUR_S = 3_600;
const MAX_SAMPLES = 3_600;
/** Fewer say nothing about what is usual. */
const MIN_SAMPLES = 12;

/** The latencies of a worker's answered pings of the last hour. */
export interface LatencyHistory {
  add(atMs: number, latencyMs: number): void;
  /** Median in ms over the hour before `atMs`, or null under 12 pings. Sorts: for health checks, not for each ping. */
  median(atMs: number): number | null;
  /** Room for an hour at another interval; keeps the newest pings, as many as it takes. */
  resize(pingIntervalMs: number): void;
}

/**
 * A ring in typed arrays, allocated at once: an hour of pings of 10 000 workers must not become millions of objects.
 * Times are on the monotonic clock. At more than one ping a second it reaches back less than an hour.
 */
export function createLatencyHistory(pingIntervalMs: number): LatencyHistory {
  let capacity = capacityAt(pingIntervalMs);
  let latencies = new Float32Array(capacity);
  let seconds = new Uint32Array(capacity);
  let next = 0;
  let size = 0;

  function add(atMs: number, latencyMs: number): void {
    latencies[next] = latencyMs;
    seconds[next] = Math.floor(atMs / 1_000);
    next = (next + 1) % capacity;
    size = Math.min(size + 1, capacity);
  }

  return {
    add,
    median(atMs) {
      const oldest = Math.floor(atMs / 1_000) - HOUR_S;
      // Until the ring is full its first `size` places are taken, then all: the order does not matter here.
      const recent = latencies.slice(0, size).filter((_, i) => (seconds[i] ?? 0) > oldest);
      if (recent.length < MIN_SAMPLES) return null;
      recent.sort();
      const upper = recent[recent.length >> 1] ?? 0;
      const lower = recent[(recent.length - 1) >> 1] ?? 0;
      return (lower + upper) / 2;
    },
    resize(intervalMs) {
      const former = { latencies, seconds, capacity, oldest: (next - size + capacity) % capacity, size };
      capacity = capacityAt(intervalMs);
      latencies = new Float32Array(capacity);
      seconds = new Uint32Array(capacity);
      next = 0;
      size = 0;
      for (let i = 0; i < former.size; i += 1) {
        const at = (former.oldest + i) % former.capacity;
        add((former.seconds[at] ?? 0) * 1_000, former.latencies[at] ?? 0);
      }
    },
  };
}

function capacityAt(pingIntervalMs: number): number {
  return Math.min(MAX_SAMPLES, Math.ceil((HOUR_S * 1_000) / pingIntervalMs) + 1);
}
