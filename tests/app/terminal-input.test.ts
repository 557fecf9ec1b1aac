import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { terminalInput } from '#app/terminal-input.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { until } from '../helpers/until.ts';

/** A keyboard that can be typed on, and what Ink would read of it. */
function open(isAwaiting = false) {
  const clock = fakeClock();
  const raw: boolean[] = [];
  const keyboard = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => void raw.push(on),
    ref() {},
    unref() {},
  });
  const replies: string[] = [];
  let entered = 0;
  const input = terminalInput({
    stdin: keyboard as unknown as NodeJS.ReadStream,
    clock,
    expected: () => ({ reply: isAwaiting, mouse: false }),
    onMouse() {},
    onReply: (reply) => void replies.push(reply),
    onRaw: () => {
      entered += 1;
    },
  });
  let read = '';
  input.setEncoding('utf8').on('data', (text: string) => {
    read += text;
  });
  return { clock, keyboard, input, raw, replies, read: () => read, entered: () => entered };
}

test('keys go through, replies do not, and characters that come in two pieces stay whole', async () => {
  const { keyboard, input, replies, read, entered } = open();
  input.setRawMode(true);
  expect(entered()).toBe(1);
  const bytes = Buffer.from('jü\u001b]11;rgb:ff/ff/ff\u0007k');
  keyboard.write(bytes.subarray(0, 2));
  keyboard.write(bytes.subarray(2));
  await until('all keys', () => read() === 'jük');
  expect(replies).toEqual(['11;rgb:ff/ff/ff']);
});

test('what looked like a reply and never became one is typed after a moment', async () => {
  const { clock, keyboard, input, read } = open(true);
  input.setRawMode(true);
  keyboard.write('a\u001b');
  await until('the first key', () => read() === 'a');
  await clock.advance(60);
  await until('the escape', () => read() === 'a\u001b');
});

test('while another program has the terminal nothing is read, and it is again afterwards', async () => {
  const { keyboard, input, raw, read } = open();
  input.setRawMode(true);
  input.setRawMode(false);
  keyboard.write('for the other program');
  await new Promise((resolve) => setImmediate(resolve));
  expect(keyboard.read()?.toString()).toBe('for the other program');
  input.setRawMode(true);
  keyboard.write('x');
  await until('the key', () => read() === 'x');
  expect(raw).toEqual([true, false, true]);
});
