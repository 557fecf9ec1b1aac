import type { ChaosReport } from './chaos.ts';

/** The figures of a run, as lines. */
export function told(
  { verdict, mischief, submitted, runs, stderr }: ChaosReport,
  { seed, seconds }: { readonly seed: number; readonly seconds: number },
): string {
  const { wrong, severalWorkers, ...right } = verdict;
  const sizes = (classes: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(classes).map(([name, ids]) => `${name} ${ids.length}`);
  const some = Object.entries(wrong).flatMap(([name, ids]) =>
    ids.length > 0 ? [`${name}: ${ids.slice(0, 10).join(' ')}`] : [],
  );
  const several = [...severalWorkers.values()].reduce((sum, count) => sum + count, 0);
  const lines = [
    `chaos: CHAOS_SEED=${seed} CHAOS_SECONDS=${seconds}, ${submitted} tasks submitted, ${runs} programs started`,
    `  mischief: ${counts(mischief)}`,
    `  right: ${sizes(right).join(', ')}`,
    `  wrong: ${sizes(wrong).join(', ')}`,
    `  on more than one worker: ${several}${several === 0 ? '' : `, after a run that ended as ${counts(severalWorkers)}`}`,
    ...some.map((line) => `  ${line}`),
    ...(stderr === '' ? [] : [`  standard error of masters: ${stderr}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function counts(by: ReadonlyMap<string, number>): string {
  const sorted = [...by].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, count]) => `${name} ${count}`).join(', ');
}
