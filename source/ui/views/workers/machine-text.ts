import type { MachineFacts } from '#model/worker.ts';
import type { Value } from '#ui/lines/facts.ts';
import type { ViewContext } from '#ui/views/view.ts';

type Texts = Pick<ViewContext, 't' | 'format'>;

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;
/** Less free than this share of a machine's memory or disk is worth a colour. */
const SCARCE = 0.1;

/** What a worker tells of its machine, a line a fact; what it does not tell is left out. */
export function machineValues(machine: MachineFacts, texts: Texts): Value[] {
  const { t, format } = texts;
  const values: (Value | null)[] = [
    cpuValue(machine, texts),
    amountValue('machine.memory', [machine.memoryBytesFree, machine.memoryBytesTotal], texts),
    amountValue('machine.disk', [machine.diskBytesFree, machine.diskBytesTotal], texts),
    machine.uptimeSeconds === null
      ? null
      : { text: t('machine.uptime', { duration: format.duration(machine.uptimeSeconds * 1_000) }) },
    ...Object.entries(machine.versions).map(([name, version]) => ({ text: `${name} ${version}` })),
  ];
  return values.filter((value) => value !== null);
}

function cpuValue({ cpuCount, loadAverage1m }: MachineFacts, { t, format }: Texts): Value | null {
  if (cpuCount === null && loadAverage1m === null) return null;
  const isBusy = cpuCount !== null && loadAverage1m !== null && loadAverage1m > cpuCount;
  return {
    text: t('machine.cpu', {
      count: cpuCount === null ? '–' : format.count(cpuCount),
      load: loadAverage1m === null ? '–' : format.number(loadAverage1m, 2),
    }),
    ...(isBusy ? { style: 'warning' as const } : {}),
  };
}

function amountValue(
  key: 'machine.memory' | 'machine.disk',
  [free, total]: readonly [number | null, number | null],
  { t, format }: Texts,
): Value | null {
  if (free === null && total === null) return null;
  const shown = (bytes: number | null) => (bytes === null ? '–' : bytesText(bytes, format));
  const isScarce = free !== null && total !== null && free < SCARCE * total;
  return {
    text: t(key, { free: shown(free), total: shown(total) }),
    ...(isScarce ? { style: 'warning' as const } : {}),
  };
}

/** `12.4 GB`, in units of 1 000. */
function bytesText(bytes: number, format: Texts['format']): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${format.number(bytes / 1_000 ** power, power === 0 ? 0 : 1)} ${UNITS[power]}`;
}
