import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { codeOf, messageOf } from '#model/errors.ts';
import { plainLine } from '#model/text.ts';
import { type Findings, wrong } from './found.ts';
import { token as tokenKind } from './value-kinds.ts';

/** PEM texts. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;
/** About 95 bits of a random token; what is shorter may be guessed. */
const SHORT_TOKEN = 16;
const MAX_BYTES = 1_048_576;
const OTHERS_MAY_READ = 0o044;

/** Whether only programs on this machine reach an address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** The token of --token-file, else of WORKER_TOKEN, else null. Never shown in a message. */
export async function readToken(
  { file, written }: { readonly file: string | undefined; readonly written: string | undefined },
  findings: Findings,
): Promise<string | null> {
  if (file === undefined && !written) return null;
  const where = file === undefined ? 'WORKER_TOKEN' : '--token-file';
  const content = file === undefined ? written : await readText(where, file, findings);
  if (content === undefined) return null;
  const parsed = tokenKind.parse(content.trim());
  if (parsed === undefined) findings.errors.push(wrong(where, 'not usable', tokenKind.expected));
  else if (parsed.length < SHORT_TOKEN) {
    findings.warnings.push(`${where}: a token of fewer than ${SHORT_TOKEN} characters can be guessed`);
  }
  if (file !== undefined && (await isReadByOthers(file))) {
    findings.warnings.push(`--token-file: other users can read ${plainLine(file)}; chmod 600 it`);
  }
  return parsed ?? null;
}

/** The certificate and key of --tls-cert and --tls-key; null where neither is named. */
export async function readTls(
  {
    tlsCert,
    tlsKey,
    now,
  }: { readonly tlsCert?: string | undefined; readonly tlsKey?: string | undefined; readonly now: number },
  findings: Findings,
): Promise<TlsIdentity | null> {
  if (tlsCert === undefined && tlsKey === undefined) return null;
  if (tlsCert === undefined || tlsKey === undefined) {
    findings.errors.push(
      wrong(tlsCert === undefined ? '--tls-cert' : '--tls-key', 'missing', 'both or neither'),
    );
    return null;
  }
  const cert = await readText('--tls-cert', tlsCert, findings);
  const key = await readText('--tls-key', tlsKey, findings);
  if (cert === undefined || key === undefined) return null;
  try {
    createSecureContext({ cert, key });
    // At its use: the first picture must not wait for it.
    const { X509Certificate } = process.getBuiltinModule('node:crypto');
    const { validTo } = new X509Certificate(cert);
    if (Date.parse(validTo) < now)
      findings.warnings.push(`--tls-cert: the certificate expired on ${validTo}`);
    return { cert, key };
  } catch (error) {
    const reason = plainLine(messageOf(error));
    findings.errors.push(
      wrong('--tls-cert', `no certificate of --tls-key (${reason})`, 'two PEM files that belong together'),
    );
    return null;
  }
}

/** An address that the network reaches needs a token, or somebody who says that it needs none. */
export function checkAccess(
  options: { readonly host: string | undefined; readonly hasToken: boolean; readonly insecure: boolean },
  { errors }: Findings,
): void {
  const { host, hasToken, insecure } = options;
  if (host === undefined || isLoopback(host) || hasToken || insecure) return;
  const expected =
    'a token (WORKER_TOKEN or --token-file), 127.0.0.1, or --insecure where everybody who reaches the port may run benchmarks';
  errors.push(wrong('--host', `"${host}" without a token`, expected));
}

async function readText(flag: string, file: string, { errors }: Findings): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    if (size <= MAX_BYTES) return await readFile(file, 'utf8');
    errors.push(wrong(flag, `a file of ${size} bytes`, `a file of at most ${MAX_BYTES}`));
  } catch (error) {
    const reason = codeOf(error) ?? messageOf(error);
    errors.push(wrong(flag, `"${plainLine(file)}", which cannot be read (${reason})`, 'a readable file'));
  }
  return undefined;
}

async function isReadByOthers(file: string): Promise<boolean> {
  try {
    return ((await stat(file)).mode & OTHERS_MAY_READ) !== 0;
  } catch {
    return false;
  }
}
