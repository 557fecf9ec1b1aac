import { join } from 'node:path';
import { type CodeSplittingGroup, defineConfig, type Plugin, type RolldownOptions } from 'rolldown';

const SOURCE = join(import.meta.dirname, 'source');
const COMMANDS = join(SOURCE, 'cli/commands.ts');
/** The one command for scripts that brings the whole master with it. */
const DAEMON = join(SOURCE, 'cli/daemon.ts');

type Context = Parameters<Exclude<CodeSplittingGroup['name'], string>>[1];

/**
 * string-width compiles the class of all emoji as it is loaded, which takes as long as Node needs to start; few texts have
 * any. Here the first one that might has it compiled.
 */
const lateEmoji: Plugin = {
  name: 'late-emoji',
  transform(code, id) {
    if (!id.endsWith('/string-width-exact/index.js')) return null;
    const [early, pattern] = /const rgiEmojiRegex = \/(.*)\/v;/.exec(code) ?? [];
    if (early === undefined || pattern === undefined) throw new Error(`${id}: its emoji are not found`);
    const late = `(compiledEmoji ??= new RegExp(${JSON.stringify(pattern)}, 'v'))`;
    return code.replace(
      early,
      () => `let compiledEmoji; const rgiEmojiRegex = { test: (text) => ${late}.test(text) };`,
    );
  },
};

/** How every program is built; why Ink gets our own measures of text: docs/decisions/0005-drawing.md. */
export const input = {
  platform: 'node',
  // Ink asks for it only where somebody debugs it.
  external: ['react-devtools-core'],
  plugins: [lateEmoji],
  resolve: { alias: { 'string-width': join(SOURCE, 'ui/lines/cell-width.ts') } },
  transform: {
    target: 'node22.13',
    define: {
      'process.env.NODE_ENV': '"production"',
      fetch: 'undefined',
      // Of CommonJS modules.
      __filename: 'import.meta.filename',
      __dirname: 'import.meta.dirname',
    },
    inject: { 'Intl.Segmenter': [join(SOURCE, 'ui/lines/graphemes.ts'), 'GraphemeSegmenter'] },
  },
  preserveEntrySignatures: 'allow-extension',
} satisfies RolldownOptions;

/** Short names are read faster; those of functions and classes stay, for the stack of an error. */
export const output = {
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  comments: { legal: false },
  minify: {
    compress: { keepNames: { function: true, class: true } },
    mangle: { keepNames: true },
    codegen: { removeWhitespace: true },
  },
} satisfies RolldownOptions['output'];

/**
 * One chunk of what `roots` import, and what that imports: every file costs the first picture some time. An earlier
 * group goes before a later one. Entries stay apart: a chunk must not wait for a program that waits for the chunk.
 */
function chunkOf(name: string, roots: (context: Context) => readonly string[]): CodeSplittingGroup {
  let modules: Set<string> | null = null;
  return {
    name(id, context) {
      modules ??= importedBy(roots(context), context);
      return modules.has(id) && !context.getModuleInfo(id)?.isEntry ? name : null;
    },
    debugName: name,
    includeDependenciesRecursively: false,
  };
}

function importedBy(roots: readonly string[], context: Context): Set<string> {
  const found = new Set(roots);
  for (const id of found) for (const next of context.getModuleInfo(id)?.importedIds ?? []) found.add(next);
  return found;
}

/** What the dashboard needs before its first picture is in four chunks, and no command for scripts loads more than two. */
const groups: CodeSplittingGroup[] = [
  chunkOf('program', () => [join(SOURCE, 'cli/elastic-tui.ts')]),
  {
    ...chunkOf('commands', (context) =>
      (context.getModuleInfo(COMMANDS)?.dynamicallyImportedIds ?? []).filter((id) => id !== DAEMON),
    ),
    // What only one of them needs stays with that one.
    minShareCount: 2,
  },
  chunkOf('master', () => [join(SOURCE, 'app/compose.ts')]),
  chunkOf('screen', () => [join(SOURCE, 'cli/screen-parts.ts')]),
];

export default defineConfig([
  {
    ...input,
    input: { 'elastic-tui': join(SOURCE, 'cli/elastic-tui.ts') },
    output: { ...output, codeSplitting: { groups } },
  },
  { ...input, input: { 'elastic-worker': join(SOURCE, 'cli/elastic-worker.ts') }, output },
  {
    ...input,
    input: {
      'task-database-thread': join(SOURCE, 'persistence/task-database-thread.ts'),
      'journal-thread': join(SOURCE, 'worker-service/tasks/journal-thread.ts'),
    },
    output,
  },
  {
    ...input,
    input: { 'benchmarks/benchmark': join(SOURCE, 'worker-service/benchmarks/benchmark.ts') },
    output,
  },
]);
