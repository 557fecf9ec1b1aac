import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface BenchServer {
  readonly url: string;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

const WORKER = fileURLToPath(new URL('../bin/elastic-worker.js', import.meta.url));
const BASELINE = fileURLToPath(new URL('./baseline-server.ts', import.meta.url));

/** The shipped worker in `dir`, without a grace at its end. */
export function startWorker(dir: string, args: readonly string[] = []): Promise<BenchServer> {
  return start([WORKER, '--port', '0', '--dir', dir, '--grace', '0', ...args]);
}

/** What it does is told in baseline-server.ts. */
export function startBaseline(...args: readonly string[]): Promise<BenchServer> {
  return start([BASELINE, ...args]);
}

async function start(args: readonly string[]): Promise<BenchServer> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const url = await Promise.race([listening(child), exited.then(() => '')]);
  if (url === '') throw new Error(`${args.join(' ')} ended before it listened`);
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function listening({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const url = /listens on (http:\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}

/** A client that keeps as many connections as it needs. */
export interface Client {
  /** Sends a body, or asks without one; gives the answer's body, which must come with 200. */
  ask(url: string, body?: object): Promise<string>;
  close(): void;
}

export function createClient(): Client {
  const agent = new Agent({ keepAlive: true });
  return {
    async ask(url, body) {
      const sent = request(url, { agent, method: body === undefined ? 'GET' : 'POST' });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
      const [response] = await once(sent, 'response');
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode} ${text}`);
      return text;
    },
    close: () => agent.destroy(),
  };
}
