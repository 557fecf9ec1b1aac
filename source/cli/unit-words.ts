/** An option begins a new line, its value follows it. */
export function optionLine(text: string): string {
  return text.startsWith('--') ? ` \\\n  ${argument(text)}` : ` ${argument(text)}`;
}

/** An argument of ExecStart, in which $ begins a variable. */
export function argument(text: string): string {
  return word(text.replaceAll('$', '$$$$'));
}

/** One word, whatever it contains but control characters (systemd.syntax(7)): % begins a specifier. */
export function word(text: string): string {
  const escaped = text.replaceAll('%', '%%');
  if (/^[\w/.,:=@%+$-]+$/.test(escaped)) return escaped;
  return `"${escaped.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Everything that makes a service unable to gain privileges, so that it goes where containers need them. */
export const NO_NEW_PRIVILEGES = [
  'NoNewPrivileges=true',
  'PrivateDevices=true',
  'ProtectKernelTunables=true',
  'ProtectKernelModules=true',
  'ProtectKernelLogs=true',
  'ProtectControlGroups=true',
  'ProtectClock=true',
  'ProtectHostname=true',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  'RestrictNamespaces=true',
  'RestrictRealtime=true',
  'RestrictSUIDSGID=true',
  'LockPersonality=true',
  'SystemCallArchitectures=native',
];

/** Whether one of these paths lies where `ProtectHome=true` would hide it. */
export function liesAtHome(paths: readonly string[]): boolean {
  return paths.some((path) => /^\/(home|root|run\/user)(\/|$)/.test(path));
}
