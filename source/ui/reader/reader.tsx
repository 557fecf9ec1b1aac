import { Box, Text } from 'ink';
import { useRef } from 'react';
import type { AppState } from '#ui/app-state.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { interruption, spokenScreen, trustOf } from './spoken-screen.ts';

interface ReaderProps {
  readonly state: AppState;
  readonly context: ViewContext;
}

/**
 * The screen as sentences. They change with keys and with what is worth an interruption, never by themselves: a screen
 * reader would begin anew at every second of a clock.
 */
export function Reader({ state, context }: ReaderProps) {
  const last = interruption(context.snapshot);
  const trust = trustOf(context);
  const said = useRef<{
    readonly state: AppState;
    readonly last: unknown;
    readonly trust: string;
    readonly sentences: readonly string[];
  }>(null);
  let now = said.current;
  if (now === null || now.state !== state || now.last !== last || now.trust !== trust) {
    now = { state, last, trust, sentences: spokenScreen(state, context) };
    said.current = now;
  }
  return (
    <Box flexDirection="column">
      {now.sentences.map((sentence, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a sentence is its position
        <Text key={row}>{sentence}</Text>
      ))}
    </Box>
  );
}
