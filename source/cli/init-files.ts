/** What `init` writes: the files that are shipped, which tests/cli/init.test.ts compares. */
export const INITIAL_FILES: readonly { readonly name: string; readonly content: string }[] = [
  {
    name: '.env',
    content: `# Settings of elastic-tui. Every key is optional: what is commented out here shows its default.
# A real environment variable wins over this file, and this file over config_workers.json.
# Durations are seconds, and may have decimals (0.5).

# --- Workers ---------------------------------------------------------------------------------------------------
# One machine a number: 01, 02, 03 … as many as there are, gaps allowed. The port is 8080 and the id worker-NN
# unless they are given. With no worker here or in config_workers.json, elastic-tui starts its own on this machine.

# WORKER_01_IP=172.20.10.3
# WORKER_01_ID=worker-01
# WORKER_01_PORT=8080

# WORKER_02_IP=172.20.10.9

# How many workers to start on this machine while none is configured; 0 starts none.
# ELASTIC_EMBEDDED_WORKERS=2

# --- Watching the workers ----------------------------------------------------------------------------------------
# From one ping of a worker to its next.
# ELASTIC_PING_INTERVAL=5
# From one health check to the next.
# ELASTIC_HEALTH_CHECK_INTERVAL=10
# Failed pings in a row that make a worker inactive.
# ELASTIC_MAX_PING_FAILURES=5
# Without a good ping for longer, a worker is unhealthy.
# ELASTIC_HEALTH_TIMEOUT=30
# How long a worker may take to connect and answer. A ping never takes longer than its interval.
# HTTP_TIMEOUT=10

# --- Tasks ---------------------------------------------------------------------------------------------------------
# How long one execution of a task may take.
# TASK_TIMEOUT=60
# Retries of a task after its first attempt.
# ORCHESTRATOR_RETRY_ATTEMPTS=3
# Tasks that run at once on all workers together; empty: as many as the workers have slots.
# ORCHESTRATOR_MAX_CONCURRENT_TASKS=
# How many tasks one submission may make, sweeps counted out.
# TASK_SWEEP_LIMIT=100000
# Finished tasks are removed after so many days, and the oldest of them beyond so many tasks; never: they stay.
# TASK_RETENTION_DAYS=30
# TASK_RETENTION_COUNT=1000000
# Kept for old files; HTTP_TIMEOUT decides.
# ORCHESTRATOR_TIMEOUT=5

# What the form for a new task starts with.
# DEFAULT_NUM_PARTICLES=100
# DEFAULT_NUM_STEPS=500
# DEFAULT_SEED=42

# The names by which a worker knows its benchmarks.
# BENCHMARK_PYTHON=benchmark.py
# BENCHMARK_CYTHON=benchmark_cython.py
# The image that a worker runs.
# DOCKER_IMAGE_NAME=particle-simulation
# DOCKER_IMAGE_TAG=latest

# --- What only elastic-worker reads ---------------------------------------------------------------------------------
# With a token, a worker may listen on every address (--host 0.0.0.0); the master needs the same one (token_file).
# WORKER_TOKEN=
# process or container: how the two Python benchmarks run; a container is of the image above.
# BENCHMARK_EXECUTOR=process
# docker, podman or a path; empty: whichever answers. Extra options of it, such as --runtime runc run.
# CONTAINER_ENGINE=
# CONTAINER_ARGS=

# --- A shell on a worker's machine (the key s in the Workers view) ---------------------------------------------------
# The program that opens it, with its options, separated by spaces; no shell reads them. "--" and the worker's address
# follow, so that no address can be an option.
# ELASTIC_SSH_COMMAND=ssh
# The user there; empty: as the program chooses, for ssh by ~/.ssh/config.
# ELASTIC_SSH_USER=

# --- Files and log -------------------------------------------------------------------------------------------------
# Relative to the folder of this file.
# ELASTIC_LOG_FILE=logs/elastic_orchestrator.log
# WORKER_LOG_DIR=logs
# WORKER_STATE_FILE=logs/worker_state.json
# error, warn, info or debug
# LOG_LEVEL=info
# Of a worker: send the output of a program with its result, and say more in its log.
# DEBUG_MODE=false
# VERBOSE_OUTPUT=true
`,
  },
  {
    name: 'config_workers.json',
    content: `{
  "workers": [],
  "orchestrator": { "timeout": 5, "retry_attempts": 3 }
}
`,
  },
];
