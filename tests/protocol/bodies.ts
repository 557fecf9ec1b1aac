import * as z from 'zod';

/** ISO 8601, local and without a zone; Python leaves the microseconds out where they are 0. */
const timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/);
const signature = { worker_id: z.string().min(1), timestamp };
const count = z.int().min(0);
const params = z.looseObject({});

const statistics = z
  .looseObject({
    total_tasks: count,
    successful_tasks: count,
    failed_tasks: count,
    success_rate: z.number().min(0).max(100),
    avg_execution_time: z.number().min(0),
    min_execution_time: z.number().min(0),
    max_execution_time: z.number().min(0),
  })
  .refine(
    ({ total_tasks, successful_tasks, failed_tasks }) => total_tasks === successful_tasks + failed_tasks,
    {
      error: 'total_tasks is the sum of the other two',
    },
  );

/** 200 of GET /ping. */
export const PING = z.looseObject({
  status: z.literal('active'),
  ...signature,
  current_task: z
    .looseObject({ task_id: z.string(), benchmark: z.string(), params, started_at: timestamp })
    .nullable(),
  docker_available: z.boolean(),
  task_statistics: statistics,
  message: z.string(),
  config: z.looseObject({
    docker_image: z.string(),
    debug_mode: z.boolean(),
    using_env_config: z.boolean(),
  }),
});

/** 200 of GET /status. */
export const STATUS = z.looseObject({
  status: z.literal('ready'),
  ...signature,
  docker_available: z.boolean(),
  image_available: z.boolean(),
  docker_image: z.string(),
  config: z.looseObject({
    benchmark_python: z.string(),
    benchmark_cython: z.string(),
    debug_mode: z.boolean(),
    verbose_mode: z.boolean(),
    using_env_config: z.boolean(),
  }),
});

const success = z.looseObject({
  status: z.literal('success'),
  execution_time: z.number().min(0),
  particle_collisions: count.nullable(),
  wall_collisions: count.nullable(),
  ...signature,
  benchmark: z.string(),
  params,
  full_output: z.string().optional(),
});
const parseError = z.looseObject({
  status: z.literal('completed_with_parse_error'),
  execution_time: z.number().min(0),
  ...signature,
  raw_output: z.string(),
  parse_error: z.string(),
});

/** 200 of POST /execute: the program ended with 0, and its output could be read or not. */
export const EXECUTED = z.discriminatedUnion('status', [success, parseError]);

/** 500 of POST /execute. */
export const ERROR = z.looseObject({ status: z.literal('error'), error: z.string().min(1), ...signature });

/** 400 of POST /execute. */
export const NO_TASK = z.looseObject({ error: z.literal('No task data provided') });

/** 200 of GET /history. */
export const HISTORY = z.looseObject({
  ...signature,
  task_history: z.array(
    z.looseObject({
      task_id: z.string(),
      algorithm: z.string(),
      parameters: params,
      execution_time: z.number().min(0),
      success: z.boolean(),
      result: z.looseObject({}).nullable(),
      error: z.string().nullable(),
      ...signature,
    }),
  ),
  statistics,
});

/** What a run counted. */
export interface Counts {
  readonly particle: number;
  readonly wall: number;
}

/** The counts that a good answer tells in its keys or in the output of the program; null where it does not. */
export function countsOf(body: z.infer<typeof EXECUTED>): Counts | null {
  if (body.status === 'success' && body.particle_collisions !== null && body.wall_collisions !== null) {
    return { particle: body.particle_collisions, wall: body.wall_collisions };
  }
  const output = body.status === 'success' ? body.full_output : body.raw_output;
  const particle = /Total colisiones Partícula-Partícula: (\d+)/.exec(output ?? '')?.[1];
  const wall = /Total colisiones con Pared: (\d+)/.exec(output ?? '')?.[1];
  if (particle === undefined || wall === undefined) return null;
  return { particle: Number(particle), wall: Number(wall) };
}
