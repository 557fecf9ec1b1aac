import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROTOCOL } from '#attach/messages.ts';
import { wireShape } from './wire-shape.ts';

const SHAPE = new URL(`./protocol-${PROTOCOL}.txt`, import.meta.url);
const DOC = new URL('../../docs/attach-protocol.md', import.meta.url);

/** What to do when this fails stands in its message; nothing else writes the file, so that no update of goldens does it unseen. */
test('what the two ends say to each other does not change without a new number', () => {
  const shape = wireShape();
  if (!existsSync(SHAPE)) {
    writeFileSync(SHAPE, shape);
    throw new Error(
      `${SHAPE.pathname} was not there, and has been written: read it, and put it beside the new number`,
    );
  }
  expect(
    shape,
    `messages have changed: raise PROTOCOL in source/attach/messages.ts and remove ${SHAPE.pathname}, which the next run writes for the new number. Only where nothing that is sent has changed (a type has another name), remove it alone`,
  ).toBe(readFileSync(SHAPE, 'utf8'));
});

test('docs/attach-protocol.md is about this number', () => {
  const numbers = readFileSync(DOC, 'utf8').matchAll(/(?:Protocol |"protocol":)(\d+)/g);
  expect([...numbers].map(([, number]) => Number(number))).toEqual([PROTOCOL, PROTOCOL, PROTOCOL]);
});
