/** The value of a parameter, as JSON carries it. */
export type ParameterValue = string | number | boolean;

/** Every parameter of a benchmark by its name. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** A text in both languages of the screen. */
interface Label {
  readonly en: string;
  readonly es: string;
}

/** What a benchmark may be told. */
export interface Parameter {
  /** 1–64 of `A–Z a–z 0–9 _`, beginning with a letter; goes over the wire. */
  readonly name: string;
  readonly type: 'integer' | 'number' | 'text' | 'boolean';
  readonly label: Label;
  /** Missing: the parameter must be given. */
  readonly default?: ParameterValue;
  /** Of numbers, the bounds; both belong to the range. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** The only values that are taken. */
  readonly choices?: readonly (string | number)[];
  /** Of a text, a regular expression that the whole of it must match. */
  readonly pattern?: string;
}

/** How numbers are read from what a program prints. The last match of each stands. */
export interface OutputRules {
  /** A line that says how far the run is: its named groups are `done` and `total`, or `percent`. Null: none. */
  readonly progress: RegExp | null;
  /** A line each; its named group is `value`. A program that does not print one of them has not done its work. */
  readonly results: readonly { readonly name: string; readonly pattern: RegExp }[];
  /** Whether the last line that is a JSON object adds its keys to the results. */
  readonly json: boolean;
}

/** Limits of a container. */
interface ContainerLimits {
  readonly memoryBytes: number;
  /** Cores; may be a fraction. */
  readonly cpus: number;
  /** False: no network at all. */
  readonly network: boolean;
}

/** What starts when a benchmark runs. */
export type Program =
  | {
      readonly kind: 'process';
      /** Absolute. */
      readonly file: string;
      readonly args: readonly string[];
      readonly cwd: string;
      /** Whether it ends by itself when its standard input closes, which is how `kill -9` of the worker reaches it. */
      readonly endsWithStdin: boolean;
    }
  | {
      readonly kind: 'container';
      readonly image: string;
      readonly args: readonly string[];
      readonly limits: ContainerLimits;
    }
  | {
      readonly kind: 'builtin';
      /** A module that runs in a worker thread; absolute. */
      readonly module: string;
      readonly args: readonly string[];
    };

/** Something that this worker may run. */
export interface Benchmark {
  readonly name: string;
  readonly description: Label;
  readonly executor: Program['kind'];
  readonly parameters: readonly Parameter[];
  /** Of one run, waiting not included. */
  readonly timeoutSeconds: number;
  readonly output: OutputRules;
  /**
   * What to start for these values, which have been validated. Never goes through a shell. Resolves to the reason
   * where it cannot run here just now (an interpreter that is gone, an engine that does not answer).
   */
  program(
    values: ParameterValues,
  ): Promise<Program | { readonly kind: 'unavailable'; readonly reason: string }>;
  /** Why it cannot run here as of the last look; null: it can. Only what can run is announced. */
  unavailable(): string | null;
}

/** Everything that this worker may run. */
export interface Catalogue {
  /** Every benchmark, those that cannot run just now included: the shipped ones, then the declared ones in their order. */
  readonly benchmarks: readonly Benchmark[];
  find(name: string): Benchmark | undefined;
}
