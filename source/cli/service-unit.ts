import { argument, liesAtHome, NO_NEW_PRIVILEGES, optionLine, word } from './unit-words.ts';

/** What a systemd unit of a worker is made from. Paths are absolute. */
export interface ServiceUnitOptions {
  /** Runs `launcher`. */
  readonly node: string;
  readonly launcher: string;
  /** What the worker is told, without --dir. */
  readonly args: readonly string[];
  /** Its folder: the only one that it may write to. */
  readonly dir: string;
  readonly port: number;
  readonly graceSeconds: number;
  /** Whether it starts containers without root, which needs the setuid helpers of its user's id ranges. */
  readonly containers: boolean;
}

/** After the grace a worker has 10 s more to end what runs and to write what is left. */
const AFTER_GRACE_SECONDS = 15;
const PRIVILEGED_PORTS = 1_024;

/** The engine finds its sockets in XDG_RUNTIME_DIR and puts containers into groups of the unit's own. */
const CONTAINERS = [
  '# No NoNewPrivileges, and nothing that implies it: newuidmap and newgidmap are setuid programs.',
  'RuntimeDirectory=elastic-worker',
  'RuntimeDirectoryMode=0700',
  'Environment=XDG_RUNTIME_DIR=/run/elastic-worker',
  'Delegate=yes',
];

/** A systemd unit that runs the worker as a user of its own which can write nothing but the worker's folder. */
export function serviceUnit(options: ServiceUnitOptions): string {
  const { node, launcher, args, dir, port, graceSeconds, containers } = options;
  const atHome = liesAtHome([node, launcher, dir]);
  const lines = [
    '# Made by `elastic-worker install-service --print`; see docs/worker.md.',
    '[Unit]',
    'Description=elastic-worker, which runs benchmarks for a master',
    'Wants=network-online.target',
    'After=network-online.target',
    '',
    '[Service]',
    'Type=exec',
    'User=elastic-worker',
    'Group=elastic-worker',
    '# WORKER_TOKEN and other settings, one KEY=value a line. Optional; mode 0600.',
    'EnvironmentFile=-/etc/default/elastic-worker',
    `ExecStart=${word(node)} ${argument(launcher)}${['--dir', dir, ...args].map(optionLine).join('')}`,
    '',
    '# SIGTERM goes to the worker alone, which lets what runs finish; what is left after it is killed.',
    'KillMode=mixed',
    `TimeoutStopSec=${Math.ceil(graceSeconds) + AFTER_GRACE_SECONDS}`,
    'Restart=on-failure',
    'RestartSec=5',
    '# 2 is a wrong option or setting, which no restart makes right.',
    'RestartPreventExitStatus=2',
    '# A benchmark that takes too much memory is ended alone.',
    'OOMPolicy=continue',
    '',
    'ProtectSystem=strict',
    `ReadWritePaths=${word(dir)}`,
    ...(atHome ? ['# A path above lies in a home folder: elastic-worker must be able to enter it.'] : []),
    `ProtectHome=${atHome ? 'read-only' : 'true'}`,
    'PrivateTmp=true',
    'ProtectProc=invisible',
    'UMask=0027',
    ...capabilities(port, containers),
    ...(containers ? CONTAINERS : NO_NEW_PRIVILEGES),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ];
  return `${lines.join('\n')}\n`;
}

/** Containers need those of the setuid helpers within the bounds. */
function capabilities(port: number, containers: boolean): string[] {
  const needed = port > 0 && port < PRIVILEGED_PORTS ? 'CAP_NET_BIND_SERVICE' : '';
  const bounds = containers ? [] : [`CapabilityBoundingSet=${needed}`];
  return needed === '' ? bounds : [...bounds, `AmbientCapabilities=${needed}`];
}
