import { valuesOf } from '#model/ring.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { en } from '#ui/i18n/en.ts';
import { es } from '#ui/i18n/es.ts';
import { saidEs } from '#ui/i18n/said-es.ts';
import { translator } from '#ui/i18n/translate.ts';
import { GLOBAL_KEYMAP } from '#ui/keys/global-keymap.ts';
import { shownKeys } from '#ui/keys/keymap.ts';
import { FORM_KEYMAP } from '#ui/overlays/form/form-keymap.ts';
import { maskSecrets } from '#ui/views/configuration/secrets.ts';
import { withShortIds } from '#ui/views/logs/log-text.ts';
import { VIEW_IDS } from '#ui/views/view.ts';
import { keymapOf } from '#ui/views/views.ts';

/** Words as a reader sees them: `worker-01`, `/status` and `benchmark.py` are one each, and not the words in them. */
const WORD = /[\p{L}\d/_][\p{L}\p{M}\d/_.:@=-]*/gu;

/** A filter with what it lets through, what was typed after `:`, and before the cursor of a field. */
const TYPED = /\/\S.* {2}\d+ de \d+$|^ :.*$|\S+▏/gm;

/** The words of a text, without those that were cut off, and without the numbers before a unit. */
export function wordsIn(text: string): Set<string> {
  const words = text.replaceAll(/\S+…|…\S+/g, ' ').match(WORD) ?? [];
  return new Set(
    words
      .map((word) =>
        word
          .toLowerCase()
          .replace(/^[\d.:]+/, '')
          .replace(/[.:=]+$/, ''),
      )
      .filter((word) => /\p{L}/u.test(word)),
  );
}

/** The words of all texts of a language, those for one and for many as well. */
function wordsOf(messages: Readonly<Record<string, string>>): Set<string> {
  const texts = Object.values(messages).map((text) =>
    text.replaceAll(/\{\w+\|([^|}]*)\|([^|}]*)\}/g, ' $1 $2 ').replaceAll(/\{\w+\}/g, '0'),
  );
  return wordsIn(texts.join('\n'));
}

const texts = wordsOf(es);
const spanish = new Set([
  ...texts,
  ...wordsIn(
    Object.values(saidEs)
      .join('\n')
      .replaceAll(/\{\d\}/g, '0'),
  ),
]);

/** Words that occur in the texts of both languages. */
export function sharedWords(): string[] {
  return [...wordsOf(en)].filter((word) => texts.has(word)).sort();
}

/** The same in both languages: the program's name, units, the names of keys. */
const COMMON = new Set([
  ...wordsIn('elastic-tui ms s min h d'),
  ...[...GLOBAL_KEYMAP, ...FORM_KEYMAP, ...VIEW_IDS.flatMap((id) => [...keymapOf(id)])].flatMap((binding) => [
    ...wordsIn(shownKeys(binding, translator('es'))),
    ...binding.keys.flatMap((key) => [...wordsIn(shownKeys({ keys: [key] }, translator('es')))]),
  ]),
]);

/** What workers, and whoever wrote the files, worded themselves. */
const THEIR_WORDS = wordsIn(
  'MemoryError メモリ不足: 配列を割り当てられません。粒子の数を減らしてください。 /srv/prod/.env ELASTIC_PNG_INTERVAL',
);

/** What a fleet brings along: names, addresses, settings. */
export function wordsOfFleet({ workers, tasks, settings }: Snapshot): Set<string> {
  return wordsIn(
    [
      ...[...workers].flatMap(({ id, config, statusReport }) => [
        id,
        config.url,
        `${config.host}:${config.port}`,
        ...config.labels,
        ...(statusReport?.benchmarks ?? []),
        statusReport?.dockerImage ?? '',
      ]),
      ...[...tasks.known].flatMap((task) => [
        task.id,
        task.id.slice(0, 8),
        task.benchmark,
        task.description,
        ...Object.entries(task.parameters).map(([key, value]) => `${key}=${value} ${key}`),
        task.result?.output ?? '',
      ]),
      ...[...tasks.batches].flatMap(({ id, description }) => [id, id.slice(0, 8), description]),
      ...(settings?.entries ?? []).flatMap(({ key, value }) => [key, maskSecrets(key, value)]),
      ...[settings?.dir, settings?.logFile, settings?.stateFile, settings?.dataDir].map((path) => path ?? ''),
      (settings?.dir ?? '').split('/').at(-1) ?? '',
    ].join('\n'),
  );
}

/** The words of log lines, which are English in every language. */
export function wordsOfLog({ log }: Snapshot): Set<string> {
  return wordsIn(
    valuesOf(log)
      .flatMap((line) => [line, withShortIds(line, [])])
      .flatMap(({ level, message, fields }) => [
        level,
        message,
        ...Object.entries(fields).map(([key, value]) => `${key}=${value} ${key} ${value}`),
      ])
      .join('\n'),
  );
}

/** The words of a Spanish frame that neither the Spanish texts have nor what is shown brings along. */
export function unknownWords(text: string, ...brought: readonly ReadonlySet<string>[]): string[] {
  return [...wordsIn(text.replaceAll(TYPED, ' '))].filter(
    (word) =>
      !spanish.has(word) &&
      !COMMON.has(word) &&
      !THEIR_WORDS.has(word) &&
      !brought.some((words) => words.has(word)),
  );
}
