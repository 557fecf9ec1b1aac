import type { OutputSink, Stream } from '#worker-service/execution/run.ts';

/** A sink that keeps everything. */
export interface CollectedOutput extends OutputSink {
  text(stream: Stream): string;
}

export function collectOutput(): CollectedOutput {
  const chunks: Record<Stream, Uint8Array[]> = { stdout: [], stderr: [] };
  return {
    push: (stream, chunk) => void chunks[stream].push(chunk),
    text: (stream) => Buffer.concat(chunks[stream]).toString('utf8'),
  };
}
