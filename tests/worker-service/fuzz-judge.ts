import type { FuzzConversation, FuzzRequest } from './fuzz-requests.ts';
import type { Heard, WireAnswer } from './fuzz-wire.ts';

/** Those of version 1, and those that the protocol adds. */
const VERSION_1 = [200, 400, 401, 404, 405, 408, 413, 431, 500, 503];
/** A head that is too long, or does not come, is refused before anybody asks who wants it. */
const BEFORE_ACCESS = [408, 431];
const VERSION_2 = [200, 400, 401, 403, 404, 405, 408, 413, 431];
/** What version 1's /ping tells. */
const STRANGER_KEYS =
  'config,current_task,docker_available,message,status,task_statistics,timestamp,worker_id';

type Body = Readonly<Record<string, unknown>>;

/** What is wrong with what came back; empty: nothing. */
export function wrongWith(conversation: FuzzConversation, heard: Heard): readonly string[] {
  const { requests, leaves, pieces } = conversation;
  const { answers, rest, isClosed } = heard;
  if (leaves) return [];
  // Only then what cannot be parsed is the beginning of what the worker has received.
  const isAlone = requests.length === 1 && answers.length === 1 && pieces === 1;
  const found = answers.flatMap((answer, index) => {
    const request = requests[index];
    const wrong =
      request?.isWhole === true
        ? wrongAnswer(request, answer)
        : wrongRefusal(isAlone ? (request?.target ?? '/') : null, answer);
    return wrong.map((what) => `answer ${index + 1}: ${what}`);
  });
  if (rest !== '') found.push(`more than answers: ${rest}`);
  if (requests.some(({ isWhole }) => !isWhole)) {
    return answers.length > requests.length + 1 ? [...found, 'too many answers'] : found;
  }
  if (answers.length > requests.length) found.push('too many answers');
  const isAnnounced = /close/i.test(answers.at(-1)?.headers.get('connection') ?? '');
  // Who still writes when the connection ends may not be able to read any more.
  const mayBeLost = conversation.isPipelined && requests.slice(0, -1).some(({ isLast }) => isLast);
  if (answers.length < requests.length && !(isClosed && (isAnnounced || mayBeLost))) {
    found.push(`${answers.length} answers to ${requests.length} requests`);
  }
  return found;
}

/** Of the answer to a request that is HTTP. */
function wrongAnswer(request: FuzzRequest, answer: WireAnswer): readonly string[] {
  const { method, target, task, isAuthorized } = request;
  const { status } = answer;
  const found: string[] = [];
  if (!(isVersion2(target) ? VERSION_2 : VERSION_1).includes(status)) found.push(`status ${status}`);
  const isPing = /^(http:\/\/x)?\/ping(\?|$)/.test(target);
  const isUnasked = BEFORE_ACCESS.includes(status) || isBadUrl(target);
  if (isAuthorized ? status === 401 : status !== 401 && !isPing && !isUnasked) {
    found.push(`status ${status} for ${isAuthorized ? 'one who is known' : 'a stranger'}`);
  }
  if (method === 'HEAD') return found;
  const body = bodyOf(answer);
  if (typeof body === 'string') return [...found, body];
  if (status >= 400) found.push(...wrongError(target, body));
  else if (isPing && !isAuthorized && Object.keys(body).sort().join() !== STRANGER_KEYS) {
    found.push(`a stranger is told ${Object.keys(body)}`);
  }
  if (task !== null) found.push(...wrongEnd(task.mayBeCancelled, status, body));
  return found;
}

/** Of a task that was right. */
function wrongEnd(mayBeCancelled: boolean, status: number, body: Body): readonly string[] {
  if (status === 200 && /^(success|completed_with_parse_error)$/.test(String(body.status))) return [];
  if (mayBeCancelled && status === 500 && body.state === 'cancelled') return [];
  return [`a task that is right ended with ${status} ${JSON.stringify(body)}`];
}

/** A path that cannot be decoded is refused before anybody asks who wants it. */
function isBadUrl(target: string): boolean {
  try {
    decodeURI(target.split('?', 1)[0] ?? '');
    return false;
  } catch {
    return true;
  }
}

/** Of the answer to what is no HTTP; `target` is null where nobody can tell what it is about. */
function wrongRefusal(target: string | null, answer: WireAnswer): readonly string[] {
  const { status } = answer;
  const body = bodyOf(answer);
  if (typeof body === 'string') return [body];
  // What comes before the place where it goes wrong may be a whole request.
  if (status < 400) return [];
  const found = VERSION_1.includes(status) || status === 403 ? [] : [`status ${status}`];
  if (target !== null) return [...found, ...wrongError(target, body)];
  const isOfEither = ['/', '/v2/'].some((path) => wrongError(path, body).length === 0);
  return isOfEither ? found : [...found, `no error of any version: ${JSON.stringify(body)}`];
}

function wrongError(target: string, body: Body): readonly string[] {
  const { status, error } = body;
  const shown = JSON.stringify(body);
  if (/\\n +at /.test(shown)) return [`a stack: ${shown}`];
  if (typeof error === 'string') {
    const isRight = error !== '' && (status === 'error' || status === 'timeout' || status === undefined);
    return isRight && !isVersion2(target) ? [] : [`not an error of its path: ${shown}`];
  }
  if (!isVersion2(target) && !mayMeanVersion2(target)) return [`no error of version 1: ${shown}`];
  const { code, message } = (error ?? {}) as Body;
  const isRight = Object.keys(body).join() === 'status,error' && Object.keys(error ?? {}).length === 2;
  const hasTexts = typeof code === 'string' && code !== '' && typeof message === 'string' && message !== '';
  return isRight && status === 'error' && hasTexts ? [] : [`no error of version 2: ${shown}`];
}

function isVersion2(target: string): boolean {
  return /^(http:\/\/x)?\/v2\//.test(target);
}

/** Some letters of it may be encoded. */
function mayMeanVersion2(target: string): boolean {
  return /^\/(v|%76)(2|%32)\//i.test(target);
}

/** The body as an object, or what is wrong with it. */
function bodyOf({ headers, body }: WireAnswer): Body | string {
  const type = headers.get('content-type') ?? 'none';
  if (type === 'application/x-ndjson') return wrongLines(body) ?? {};
  if (!/^application\/json(; charset=utf-8)?$/.test(type))
    return `content type ${type}: ${body.slice(0, 200)}`;
  const value = parsed(body);
  return typeof value === 'object' && value !== null
    ? (value as Body)
    : `no JSON object: ${body.slice(0, 200)}`;
}

function wrongLines(body: string): string | null {
  const lines = body.trimEnd().split('\n').map(parsed);
  const last = lines.at(-1) as Body | undefined;
  return lines.includes(undefined) || last?.end !== true ? `no lines of output: ${body.slice(0, 200)}` : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
