import { useApp } from 'ink';
import { useCallback, useEffect } from 'react';
import type { UiTerminal } from '#ui/terminal.ts';

const AT_ONCE = async () => {};

/**
 * Leaves the screen where a shell wants its job put aside, and draws it from nothing once it goes on, also after it was
 * stopped without being asked. Returns what does so for a key.
 */
export function usePutAside(terminal: UiTerminal): () => void {
  const { suspendTerminal } = useApp();
  const drawnAnew = useCallback(
    (meanwhile: () => Promise<void>) => {
      // It is left already where this fails.
      suspendTerminal(meanwhile).catch(() => {});
    },
    [suspendTerminal],
  );
  useEffect(
    () => terminal.onJobSignal((signal) => drawnAnew(signal === 'stop' ? terminal.putAside : AT_ONCE)),
    [terminal, drawnAnew],
  );
  return () => drawnAnew(terminal.putAside);
}
