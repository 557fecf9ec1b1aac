import Fastify, { type FastifyInstance } from 'fastify';
import type { WorkerSettings } from '#configuration/worker-settings.ts';
import type { WorkerLog } from '#logging/worker-log.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import { localTime } from '#model/local-time.ts';
import { plainLine } from '#model/text.ts';
import { type History, readHistoryQuery } from './history.ts';
import type { MachineProbe } from './machine-probe.ts';
import type { TaskRunner } from './task-runner.ts';
import {
  type Answer,
  errorAnswer,
  historyBody,
  pingBody,
  statusBody,
  type Version1State,
} from './version-1.ts';

export interface ServerOptions {
  readonly settings: WorkerSettings;
  readonly clock: Clock;
  readonly log: WorkerLog;
  readonly history: History;
  readonly probe: MachineProbe;
  readonly runner: TaskRunner;
}

/** Longer than any ping interval that reuses a connection: a server that closes first makes resets. */
const KEEP_ALIVE_MS = 75_000;
/** For the head of a request, and for the whole of it. An answer may take as long as its task. */
const REQUEST_MS = 80_000;
const BODY_BYTES = 1_048_576;
const METHODS = ['GET', 'POST'] as const;

/** The HTTP surface of version 1. It does not listen yet. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { settings, clock, log, history, probe, runner } = options;
  const app = Fastify({
    bodyLimit: BODY_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MS,
    http: { headersTimeout: REQUEST_MS },
    forceCloseConnections: true,
  });

  const state = (): Version1State => ({
    settings,
    machine: probe.current(),
    statistics: history.statistics(),
    currentTask: runner.current(),
    now: clock.now(),
  });
  const error = (message: string, status?: number): Answer =>
    errorAnswer(message, { worker_id: settings.id, timestamp: localTime(clock.now()) }, status);

  // Every body is read as JSON, whatever it is called; what is wrong with one is said by the route.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request) => {
    delete request.raw.headers['content-type'];
  });

  app.get('/ping', () => pingBody(state()));
  app.get('/status', async () => {
    if (probe.current().python === undefined) await probe.findPython();
    return statusBody(state());
  });
  app.get('/history', (request) => {
    const { searchParams } = new URL(request.url, 'http://worker');
    return historyBody(state(), history.list(readHistoryQuery(searchParams)));
  });
  app.post('/execute', async (request, reply) => {
    // Only browsers send it, for a page: no page that somebody opens on this machine may start programs here.
    if (request.headers.origin !== undefined) throw new Error('Tasks from web pages are not accepted');
    const answer = await runner.execute(typeof request.body === 'string' ? request.body : '');
    return reply.code(answer.status).send(answer.body);
  });

  app.setNotFoundHandler((request, reply) => {
    const [url = ''] = request.url.split('?', 1);
    const allowed = METHODS.filter((method) => app.hasRoute({ method, url }));
    const what = `${request.method} ${plainLine(url).slice(0, 100)}`;
    const answer =
      allowed.length === 0
        ? error(`${what}: there is no such path`, 404)
        : error(`${what}: the method must be ${allowed.join(' or ')}`, 405);
    if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    return reply.code(answer.status).send(answer.body);
  });
  app.setErrorHandler((thrown, request, reply) => {
    log.write('warn', 'request failed', {
      method: request.method,
      path: request.url,
      error: messageOf(thrown),
    });
    const answer = error(messageOf(thrown));
    return reply.code(answer.status).send(answer.body);
  });
  return app;
}
