import { argument, liesAtHome, NO_NEW_PRIVILEGES, word } from './unit-words.ts';

/** What a systemd unit of a master is made from. Paths are absolute. */
export interface MasterUnitOptions {
  /** Runs `launcher`. */
  readonly node: string;
  readonly launcher: string;
  /** The master's folder. */
  readonly dir: string;
  /** Whom the folder belongs to: a name, or an id. */
  readonly user: string;
  /** Folders beside `dir` that it writes to. */
  readonly writes: readonly string[];
  /** The socket lies under /tmp, since the path of the folder is too long. */
  readonly socketInTmp: boolean;
}

/** A master has 15 s to end in order. */
const STOP_SECONDS = 30;

/** A systemd unit that runs the master as the owner of its folder, who may write nothing else. */
export function masterUnit(options: MasterUnitOptions): string {
  const { node, launcher, dir, user, writes, socketInTmp } = options;
  const atHome = liesAtHome([node, launcher, dir, ...writes]);
  const writable = [dir, ...writes, ...(socketInTmp ? ['/tmp'] : [])];
  const lines = [
    '# Made by `elastic-tui install-service --print`; see docs/running-the-master.md.',
    '[Unit]',
    'Description=elastic-tui, the master of a fleet of benchmark workers',
    'Wants=network-online.target',
    'After=network-online.target',
    '',
    '[Service]',
    'Type=notify',
    '# Node tells systemd through systemd-notify, a process of its own.',
    'NotifyAccess=all',
    '# Whom the folder belongs to: screens of the same user can attach.',
    `User=${word(user)}`,
    '# Settings that go before .env, one KEY=value a line. Optional; mode 0600.',
    'EnvironmentFile=-/etc/default/elastic-tui',
    `ExecStart=${word(node)} ${argument(launcher)} --dir ${argument(dir)} daemon`,
    '',
    '# SIGTERM goes to the master alone, which ends its embedded workers; what is left after it is killed.',
    'KillMode=mixed',
    `TimeoutStopSec=${STOP_SECONDS}`,
    'TimeoutStartSec=120',
    'Restart=on-failure',
    'RestartSec=2',
    '# 2 is a wrong configuration, or another master in the folder: no restart makes that right.',
    'RestartPreventExitStatus=2',
    '',
    'ProtectSystem=strict',
    `ReadWritePaths=${writable.map(word).join(' ')}`,
    ...(atHome ? [`# A path above lies in a home folder: ${user} must be able to enter it.`] : []),
    `ProtectHome=${atHome ? 'read-only' : 'true'}`,
    ...(socketInTmp
      ? ['# No PrivateTmp: the path of the folder is too long for a socket, which lies in /tmp.']
      : ['PrivateTmp=true']),
    'ProtectProc=invisible',
    'UMask=0027',
    'CapabilityBoundingSet=',
    ...NO_NEW_PRIVILEGES,
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ];
  return `${lines.join('\n')}\n`;
}
