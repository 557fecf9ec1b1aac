import { readFileSync } from 'node:fs';

/** The version in package.json, which lies one folder above a bundle and two above a source. */
export function packageVersion(): string {
  const up = import.meta.url.endsWith('.js') ? '../package.json' : '../../package.json';
  // A bundle may lie in dist/ itself or, where two programs share it, in dist/chunks/.
  const paths = [up, `../${up}`];
  for (const path of paths) {
    const version = versionIn(new URL(path, import.meta.url));
    if (version !== null) return version;
  }
  return '0.0.0';
}

function versionIn(file: URL): string | null {
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
    return isManifest && typeof manifest.version === 'string' ? manifest.version : null;
  } catch {
    return null;
  }
}
