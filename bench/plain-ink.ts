// The plain Ink app that the dashboard is compared with: `node plain-ink.js FRAMES.json`. It shows prepared lines, one
// `<Text>` a row, and goes on to the next frame with every key; it computes nothing.
import { readFileSync } from 'node:fs';
import { Box, render, Text, useInput, useWindowSize } from 'ink';
import { createElement, useState } from 'react';

const frames = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as readonly (readonly string[])[];

function Plain() {
  const { columns, rows } = useWindowSize();
  const [frame, setFrame] = useState(0);
  useInput(() => setFrame((before) => before + 1));
  const lines = frames[frame % frames.length] ?? [];
  return createElement(
    Box,
    { flexDirection: 'column', width: columns, height: rows },
    lines.map((line, row) => createElement(Text, { key: String(row), wrap: 'truncate' }, line)),
  );
}

render(createElement(Plain), {
  alternateScreen: true,
  incrementalRendering: true,
  maxFps: 30,
  interactive: true,
});
