import * as z from 'zod';
import type { Benchmark, Parameter, Program } from './benchmark.ts';
import { parameterValue } from './parameters.ts';
import { placeholdersIn } from './template.ts';

/** A benchmark as benchmarks.json declares it, checked. */
export interface DeclaredBenchmark extends Omit<Benchmark, 'program' | 'unavailable'> {
  /**
   * The program and the templates of its arguments; of a container, what its image is told. A program without a slash
   * is looked for on the PATH, any other path is relative to the worker's folder.
   */
  readonly command: readonly string[];
  /** Of a container. */
  readonly image: string | null;
  readonly limits: Extract<Program, { kind: 'container' }>['limits'];
}

const MAX_TEXT = 1_024;
const DAY = 86_400;
const DEFAULT_TIMEOUT_SECONDS = 300;
/** What a container may use where nothing is said: 1 GiB and one core, no network. */
export const DEFAULT_LIMITS = { memoryBytes: 1_073_741_824, cpus: 1, network: false };

const text = z
  .string()
  .min(1)
  .max(MAX_TEXT)
  .regex(/^\P{Cc}*$/u);
const argument = z
  .string()
  .max(4_096)
  .regex(/^[^\0]*$/);

function label() {
  const expected = 'a text, or {"en": "…", "es": "…"}';
  const both = text.transform((said) => ({ en: said, es: said }));
  return z.union([both, z.strictObject({ en: text, es: text })], { error: expected });
}

function parameter() {
  const scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'a text, a number, true or false' });
  return z
    .strictObject({
      name: z
        .string({ error: PARAMETER_NAME })
        .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, { error: PARAMETER_NAME }),
      type: z.enum(['integer', 'number', 'text', 'boolean'], { error: 'integer, number, text or boolean' }),
      label: label().optional(),
      default: scalar.optional(),
      minimum: z.number({ error: 'a number' }).optional(),
      maximum: z.number({ error: 'a number' }).optional(),
      choices: z
        .array(z.union([z.string(), z.number()]))
        .min(1)
        .optional(),
      pattern: expression([]).optional(),
    })
    .transform(({ label: given, pattern, ...rest }): Parameter => {
      const shownAs = given ?? { en: rest.name, es: rest.name };
      return {
        ...defined(rest),
        label: shownAs,
        ...(pattern === undefined ? {} : { pattern: pattern.source }),
      };
    })
    .check((context) => {
      const wrong = whatIsWrongWith(context.value);
      if (wrong !== null) context.issues.push({ code: 'custom', input: context.value, ...wrong });
    });
}

const PARAMETER_NAME = 'a letter and at most 63 more of A-Z a-z 0-9 _';

type Given = { readonly [K in keyof Parameter]?: Parameter[K] | undefined } & Pick<
  Parameter,
  'name' | 'type'
>;

/** Without the keys that are undefined. */
function defined(given: Given): Omit<Parameter, 'label'> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(entries), name: given.name, type: given.type };
}

function whatIsWrongWith(
  declared: Parameter,
): { readonly path: PropertyKey[]; readonly message: string } | null {
  const { type, minimum, maximum, choices, pattern } = declared;
  const isNumber = type === 'integer' || type === 'number';
  if (!isNumber && (minimum !== undefined || maximum !== undefined)) {
    return { path: ['minimum'], message: `no bounds, since ${declared.name} is of type ${type}` };
  }
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    return { path: ['minimum'], message: `at most maximum (${maximum})` };
  }
  if (type !== 'text' && pattern !== undefined)
    return { path: ['pattern'], message: 'nothing: only a text has one' };
  for (const [index, choice] of (choices ?? []).entries()) {
    const { choices: _, ...alone } = declared;
    if (parameterValue({ ...alone, choices: [choice] }, choice) === undefined) {
      return { path: ['choices', index], message: `a value that ${declared.name} may have` };
    }
  }
  if (declared.default !== undefined && parameterValue(declared, declared.default) === undefined) {
    return { path: ['default'], message: `a value that ${declared.name} may have` };
  }
  return null;
}

/** A regular expression with these named groups: all of one of the sets. */
function expression(groupSets: readonly (readonly string[])[]) {
  const groups = groupSets.map((set) => set.map((name) => `(?<${name}>…)`).join(' and ')).join(', or ');
  const expected = `a regular expression${groups === '' ? '' : ` with ${groups}`}`;
  return z
    .string({ error: expected })
    .max(MAX_TEXT)
    .transform((source, context) => {
      try {
        const compiled = new RegExp(source, 'u');
        const has = (name: string) => source.includes(`(?<${name}>`);
        if (groupSets.length === 0 || groupSets.some((set) => set.every(has))) return compiled;
      } catch {
        // Said below.
      }
      context.issues.push({ code: 'custom', message: expected, input: source });
      return z.NEVER;
    });
}

/** The schema of one entry of `benchmarks`. */
export function declaredBenchmark() {
  return z
    .strictObject({
      name: z.string({ error: BENCHMARK_NAME }).regex(/^\P{C}{1,128}$/u, { error: BENCHMARK_NAME }),
      description: label().default({ en: '', es: '' }),
      executor: z.enum(['process', 'container', 'builtin'], { error: 'process, container or builtin' }),
      command: z.array(argument, { error: COMMAND }).default([]),
      image: z
        .string()
        .regex(/^[A-Za-z0-9][\w./:@-]{0,255}$/, { error: 'the name of an image' })
        .optional(),
      limits: z
        .strictObject({
          memory_bytes: z.int({ error: 'bytes, at least 6291456' }).min(6_291_456).optional(),
          cpus: z.number({ error: 'a number of cores' }).positive().max(1_024).optional(),
          network: z.boolean({ error: 'true or false' }).optional(),
        })
        .default({}),
      parameters: z.array(parameter(), { error: 'a list of parameters' }).max(64).default([]),
      timeout: z
        .number({ error: `seconds, more than 0 and at most ${7 * DAY}` })
        .positive()
        .max(7 * DAY)
        .default(DEFAULT_TIMEOUT_SECONDS),
      output: z
        .strictObject({
          progress: expression([['done', 'total'], ['percent']]).optional(),
          results: z
            .array(z.strictObject({ name: z.string().regex(/^\w{1,64}$/), pattern: expression([['value']]) }))
            .max(64)
            .default([]),
          json: z.boolean({ error: 'true or false' }).default(false),
        })
        .default({ results: [], json: false }),
    })
    .transform(({ timeout, image, limits, output: { progress, ...output }, ...rest }): DeclaredBenchmark => {
      const { memory_bytes: memoryBytes = DEFAULT_LIMITS.memoryBytes, cpus = DEFAULT_LIMITS.cpus } = limits;
      return {
        ...rest,
        image: image ?? null,
        limits: { memoryBytes, cpus, network: limits.network ?? DEFAULT_LIMITS.network },
        timeoutSeconds: timeout,
        output: { ...output, progress: progress ?? null },
      };
    })
    .check((context) => {
      for (const wrong of whatDoesNotFit(context.value)) {
        context.issues.push({ code: 'custom', input: context.value, ...wrong });
      }
    });
}

const BENCHMARK_NAME = 'a name of 1 to 128 printable characters';
const COMMAND = 'a list of texts: the program, then its arguments';

function whatDoesNotFit(
  declared: DeclaredBenchmark,
): { readonly path: PropertyKey[]; readonly message: string }[] {
  const { executor, image, command, parameters } = declared;
  const found: { path: PropertyKey[]; message: string }[] = [];
  if ((executor === 'container') !== (image !== null)) {
    found.push({ path: ['image'], message: 'an image where executor is container, and only there' });
  }
  if (executor !== 'container' && (command[0] ?? '') === '')
    found.push({ path: ['command'], message: COMMAND });
  const names = parameters.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index)
      found.push({ path: ['parameters', index, 'name'], message: 'a name of its own' });
  }
  for (const [index, template] of command.entries()) {
    const inPlaceOfProgram = index === 0 && executor !== 'container';
    for (const placeholder of placeholdersIn(template)) {
      const allowed = inPlaceOfProgram ? [] : names;
      if (allowed.includes(placeholder)) continue;
      const message = inPlaceOfProgram
        ? 'a program without placeholders'
        : `placeholders of declared parameters only ({{${placeholder}}} for a literal {${placeholder}})`;
      found.push({ path: ['command', index], message });
    }
  }
  return found;
}
