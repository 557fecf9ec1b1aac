// Starts a bundle of dist/ on a Node that can run it. Written for Node 12.20 and later: an old one must be able to
// read this file in order to be replaced, so there is no ?. and no ?? here.
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const NEEDED = '22.13';
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'];
/** Set for a process that was started again by this file on a newer Node. */
const MARK = 'ELASTIC_LAUNCHER';
/** EX_SOFTWARE of sysexits.h: 1 would say that a task failed. */
const CANNOT_RUN = 70;

/** Runs `dist/<name>.js` in this process, or in a child on the Node of node_modules where this one is too old. */
export function launch(name) {
  if (isNewEnough(process.versions.node)) runHere(name);
  else runOnNewerNode(name);
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  const [neededMajor, neededMinor] = NEEDED.split('.').map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

function runHere(name) {
  if (process.env[MARK] !== undefined) endWithLauncher();
  const bundle = new URL(`../dist/${name}.js`, import.meta.url);
  if (!existsSync(bundle)) {
    fail(name, `dist/${name}.js is missing; run "npm run build" in ${ROOT}`);
    return;
  }
  process.env.NODE_ENV = 'production';
  if (module.enableCompileCache !== undefined)
    module.enableCompileCache(join(ROOT, 'dist', '.compile-cache'));
  import(bundle.href).catch((error) => {
    console.error(error);
    process.exit(CANNOT_RUN);
  });
}

/** The channel to the launcher closes when the launcher is gone, however it went. */
function endWithLauncher() {
  delete process.env[MARK];
  const end = () => process.kill(process.pid, 'SIGTERM');
  process.once('disconnect', end);
  if (process.connected) process.channel.unref();
  else end();
}

async function runOnNewerNode(name) {
  const node = newerNode();
  if (node === null || process.env[MARK] !== undefined) {
    const here = `needs Node ${NEEDED} or newer, and this is ${process.version}`;
    fail(name, `${here}; run "npm ci" in ${ROOT}, which brings one, or install it`);
    return;
  }
  // Only here: on a Node that is new enough it would make every start slower.
  const { spawn } = await import('node:child_process');
  const child = spawn(node, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: Object.assign({}, process.env, { [MARK]: '1' }),
  });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  passMessages(child);
  child.on('error', (error) => fail(name, `cannot start ${node}: ${error.message}`));
  child.on('exit', (code, signal) => {
    const end = () => endAs(code, signal);
    // What it said last is still on its way. ('close' would not do: after a disconnect from this side it never comes.)
    if (child.connected) child.once('disconnect', end);
    else end();
  });
}

/** Ends this process as the child ended. */
function endAs(code, signal) {
  if (signal === null) process.exit(code);
  for (const handled of SIGNALS) process.removeAllListeners(handled);
  process.kill(process.pid, signal);
}

/** The pinned devDependency, wherever npm has put it; null where there is none. */
function newerNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const node = join(dirname(manifest), 'bin', 'node');
    return existsSync(node) ? node : null;
  } catch {
    return null;
  }
}

/** Both ways between the child and whoever started this process with an IPC channel. */
function passMessages(child) {
  if (process.send === undefined) return;
  const ignore = () => {};
  child.on('message', (message) => {
    if (process.connected) process.send(message, undefined, undefined, ignore);
  });
  process.on('message', (message) => {
    if (child.connected) child.send(message, undefined, undefined, ignore);
  });
  const disconnect = () => {
    if (child.connected) child.disconnect();
  };
  process.once('disconnect', disconnect);
  if (!process.connected) disconnect();
}

/** One line for the person, and for a master that started this with an IPC channel. */
function fail(name, message) {
  process.stderr.write(`${name}: ${message}\n`);
  const end = () => process.exit(CANNOT_RUN);
  if (process.connected) process.send({ type: 'failed', message }, end);
  else end();
}
