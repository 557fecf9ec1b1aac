import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { WorkerSettings } from '#configuration/worker-settings.ts';
import type { WorkerLog } from '#logging/worker-log.ts';
import type { Clock } from '#model/clock.ts';
import { codeOf, messageOf } from '#model/errors.ts';
import { localTime } from '#model/local-time.ts';
import { plainLine } from '#model/text.ts';
import type { Catalogue } from '#worker-service/catalogue/benchmark.ts';
import type { MachineProbe } from '#worker-service/machine/machine-probe.ts';
import { type History, readHistoryQuery } from '#worker-service/tasks/history.ts';
import type { TaskRunner } from '#worker-service/tasks/task-runner-role.ts';
import { createAccess } from './access.ts';
import type { ExecuteAnswer } from './execute.ts';
import { createListener } from './listener.ts';
import { createMalformedRequests, type RequestError } from './malformed-requests.ts';
import { errorAnswer, historyBody, pingBody, statusBody, type Version1State } from './version-1.ts';
import { addVersion2, errorBody } from './version-2.ts';

export interface ServerOptions {
  readonly settings: WorkerSettings;
  readonly clock: Clock;
  readonly log: WorkerLog;
  readonly history: History;
  readonly probe: MachineProbe;
  readonly catalogue: Catalogue;
  readonly runner: TaskRunner;
  readonly execute: (body: string) => Promise<ExecuteAnswer>;
}

const BODY_BYTES = 1_048_576;
const MAX_PARAMETER = 16_384;
const METHODS = ['GET', 'POST', 'DELETE'] as const;

/** The HTTP surface of the worker. It does not listen yet. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { settings, clock, history, probe, catalogue, runner } = options;
  const malformed = createMalformedRequests(bodyOf);
  const app = Fastify({
    bodyLimit: BODY_BYTES,
    forceCloseConnections: true,
    serverFactory: (onRequest) =>
      createListener(settings.tls, (request, response) => {
        malformed.began(request, response);
        onRequest(request, response);
      }),
    clientErrorHandler: malformed.refuse,
    // Ids that are too long are refused by the routes, in their own form; so are paths that are no text.
    routerOptions: { maxParamLength: MAX_PARAMETER },
    frameworkErrors: (thrown, request, reply) => failed(thrown, request, reply),
  });
  const state = (): Version1State => ({ settings, probe, history, runner, catalogue, now: clock.now() });
  const access = createAccess(settings.token);

  // Every body is read as JSON, whatever it is called; what is wrong with one is said by the route.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request, reply) => {
    delete request.raw.headers['content-type'];
    if (pathOf(request.url) === '/ping' || access.isKnown(request.headers.authorization)) return;
    reply.header('www-authenticate', 'Bearer');
    return sendError(request, reply, { status: 401, code: 'TOKEN_REQUIRED', message: TOKEN_REQUIRED });
  });
  app.addHook('onRequest', async (request, reply) => {
    // Only browsers send it, for a page: no page that somebody opens on this machine may start or end programs here.
    if (request.method === 'GET' || request.headers.origin === undefined) return;
    const message = 'Tasks from web pages are not accepted';
    return sendError(request, reply, {
      status: isVersion2(request.url) ? 403 : 500,
      code: 'ORIGIN_REFUSED',
      message,
    });
  });

  app.get('/ping', (request) => pingBody(state(), access.isKnown(request.headers.authorization)));
  app.get('/status', async () => {
    if (probe.current().python === undefined) await probe.findPython();
    return statusBody(state());
  });
  app.get('/history', (request) => {
    const { searchParams } = new URL(request.url, 'http://worker');
    return historyBody(state(), history.list(readHistoryQuery(searchParams)));
  });
  app.post('/execute', async (request, reply) => {
    const answer = await options.execute(typeof request.body === 'string' ? request.body : '');
    if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', String(answer.retryAfterSeconds));
    return reply.code(answer.status).send(answer.body);
  });
  addVersion2(app, { workerId: settings.id, catalogue, runner });

  app.setNotFoundHandler((request, reply) => {
    const url = pathOf(request.url);
    const allowed = METHODS.filter((method) => app.findRoute({ method, url }) !== null);
    const what = `${request.method} ${plainLine(url).slice(0, 100)}`;
    if (allowed.length === 0) {
      return sendError(request, reply, {
        status: 404,
        code: 'PATH_UNKNOWN',
        message: `${what}: there is no such path`,
      });
    }
    reply.header('allow', allowed.join(', '));
    const message = `${what}: the method must be ${allowed.join(' or ')}`;
    return sendError(request, reply, { status: 405, code: 'METHOD_REFUSED', message });
  });

  app.setErrorHandler(failed);

  function failed(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const message = messageOf(thrown);
    const status = isVersion2(request.url) ? statusOf(thrown) : 500;
    options.log.write('warn', 'request failed', {
      method: request.method,
      path: request.url,
      error: message,
    });
    return sendError(request, reply, { status, code: codeOf(thrown) ?? 'INTERNAL', message });
  }

  function sendError(request: FastifyRequest, reply: FastifyReply, error: RequestError): FastifyReply {
    return reply.code(error.status).send(bodyOf(request.url, error));
  }

  /** In the shape of its path: version 1 keeps `error` a text. */
  function bodyOf(url: string, { code, message }: RequestError): object {
    if (isVersion2(url)) return errorBody(code, message);
    return errorAnswer(message, { worker_id: settings.id, timestamp: localTime(clock.now()) }).body;
  }
  return app;
}

const TOKEN_REQUIRED = 'This worker wants its token: send the header “Authorization: Bearer …”';

/** As the router sees it: a proxy's form of the request names the server, too. */
const SERVER = /^https?:\/\/.*?(?=\/)/;

function pathOf(url: string): string {
  return url.replace(SERVER, '').split('?', 1)[0] ?? '';
}

function isVersion2(url: string): boolean {
  return pathOf(url).startsWith('/v2/');
}

function statusOf(thrown: unknown): number {
  const status =
    typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown ? thrown.statusCode : 500;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
