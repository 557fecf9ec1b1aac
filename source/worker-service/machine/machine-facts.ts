import { availableParallelism, freemem, loadavg, totalmem, uptime } from 'node:os';

/** Bytes of memory or of a disk. */
export interface Room {
  readonly total: number;
  readonly free: number;
}

/** What /ping tells of the machine. Keys and units are those of the wire: seconds where the name says nothing else. */
export interface MachineFacts {
  readonly cpu_count: number;
  readonly load_average_1m: number;
  readonly memory_bytes: Room;
  /** Of the disk of the worker's folder; null before the first look. */
  readonly disk_bytes: Room | null;
  /** Since the machine started. */
  readonly uptime: number;
  /** Since the worker did. */
  readonly worker_uptime: number;
  readonly versions: { readonly worker: string; readonly node: string; readonly python: string | null };
}

/** The facts of this moment. Asks the kernel only; no program and no disk can delay it. */
export function machineFacts(
  known: Pick<MachineFacts, 'disk_bytes' | 'worker_uptime' | 'versions'>,
): MachineFacts {
  const [load = 0] = loadavg();
  return {
    cpu_count: availableParallelism(),
    load_average_1m: Math.round(load * 100) / 100,
    memory_bytes: memory(),
    disk_bytes: known.disk_bytes,
    uptime: Math.floor(uptime()),
    worker_uptime: known.worker_uptime,
    versions: known.versions,
  };
}

/** That of this process where it may use only a part of the machine's (a container, a systemd unit). */
function memory(): Room {
  const limit = process.constrainedMemory();
  if (limit > 0 && limit < totalmem()) return { total: limit, free: process.availableMemory() };
  return { total: totalmem(), free: freemem() };
}
