import { Box, Text } from 'ink';
import { useRef } from 'react';
import type { AppState } from '#ui/app-state.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { interruption, spokenScreen } from './spoken-screen.ts';

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
  const said = useRef<{
    readonly state: AppState;
    readonly last: unknown;
    readonly sentences: readonly string[];
  }>(null);
  if (said.current === null || said.current.state !== state || said.current.last !== last) {
    said.current = { state, last, sentences: spokenScreen(state, context) };
  }
  return (
    <Box flexDirection="column">
      {said.current.sentences.map((sentence, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a sentence is its position
        <Text key={row}>{sentence}</Text>
      ))}
    </Box>
  );
}
