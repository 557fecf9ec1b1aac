import { fileURLToPath } from 'node:url';

const USAGE = `usage: npm run test:protocol -- http://host:8080

Checks that the worker at this URL speaks version 1 of the protocol, be it elastic-worker or the old service. Nobody else
should use it meanwhile. It sends some twenty short tasks, which stay in the worker's history.
Where the worker wants a token: PROTOCOL_TOKEN=… npm run test:protocol -- http://host:8080
`;

/** Null where it is no URL of a worker. */
function urlOf(text: string | undefined): string | null {
  if (text === undefined || !URL.canParse(text)) return null;
  const { protocol, origin } = new URL(text);
  return protocol === 'http:' || protocol === 'https:' ? origin : null;
}

const [argument, ...more] = process.argv.slice(2);
const url = more.length === 0 ? urlOf(argument) : null;
if (url === null) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  process.env.PROTOCOL_URL = url;
  const config = fileURLToPath(new URL('../../vitest.protocol.config.ts', import.meta.url));
  const { startVitest } = await import('vitest/node');
  const vitest = await startVitest('test', [], { config, watch: false });
  await vitest.close();
}
