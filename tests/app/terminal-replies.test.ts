import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partReplies } from '#app/terminal-replies.ts';
import { backgroundOf } from '#ui/theme/background.ts';

const BEL = '\u0007';
const ST = '\u001b\\';
const NOTHING = { reply: false, mouse: false };
const REPLY = { reply: true, mouse: false };

describe('what comes from the terminal', () => {
  test.each([
    ['BEL', BEL],
    ['ST', ST],
  ])('is parted into keys and replies that end with %s', (_, end) => {
    expect(partReplies(`a\u001b]11;rgb:1e/1e/1e${end}b`, NOTHING)).toEqual({
      keys: 'ab',
      replies: ['11;rgb:1e/1e/1e'],
      mouse: [],
      rest: '',
    });
  });

  test('has its arrows, its pastes and a lone escape as they were', () => {
    for (const keys of ['\u001b[A', '\u001b[200~x\u001b]y\u001b[201~', '\u001b', 'q', '\u001b[<0;3;4M']) {
      expect(partReplies(keys, NOTHING)).toEqual({ keys, replies: [], mouse: [], rest: '' });
    }
  });

  test('a lone escape is waited with only while a reply is expected', () => {
    expect(partReplies('j\u001b', REPLY)).toEqual({ keys: 'j', replies: [], mouse: [], rest: '\u001b' });
    expect(partReplies('j\u001b', NOTHING)).toEqual({ keys: 'j\u001b', replies: [], mouse: [], rest: '' });
  });

  test('has the mouse in it only while it was asked for', () => {
    const input = 'j\u001b[<0;12;7M\u001b[<0;12;7mk';
    expect(partReplies(input, NOTHING)).toEqual({ keys: input, replies: [], mouse: [], rest: '' });
    expect(partReplies(input, { reply: false, mouse: true })).toEqual({
      keys: 'jk',
      replies: [],
      mouse: ['<0;12;7M', '<0;12;7m'],
      rest: '',
    });
    expect(partReplies('j\u001b[<0;1', { reply: false, mouse: true })).toMatchObject({
      keys: 'j',
      rest: '\u001b[<0;1',
    });
  });

  test('in whatever pieces it comes, every key and every reply arrives', () => {
    const part = fc.oneof(
      fc.constantFrom('j', 'k', '\u001b[A', '\u001b[5~', '5', ';', 'ü'),
      fc.constantFrom(`\u001b]11;rgb:ffff/ffff/ffff${BEL}`, `\u001b]11;rgb:00/00/00${ST}`),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }),
        fc.array(fc.nat(40), { maxLength: 6 }),
        (parts, cuts) => {
          const whole = parts.join('');
          const places = [...new Set(cuts.map((cut) => Math.min(cut, whole.length)))].sort((a, b) => a - b);
          let rest = '';
          let keys = '';
          const replies: string[] = [];
          for (const [index, end] of [...places, whole.length].entries()) {
            const parted = partReplies(rest + whole.slice(places[index - 1] ?? 0, end), {
              reply: true,
              mouse: true,
            });
            keys += parted.keys;
            rest = parted.rest;
            replies.push(...parted.replies);
          }
          expect(keys + rest).toBe(parts.filter((each) => !each.startsWith('\u001b]')).join(''));
          expect(replies.length).toBe(parts.filter((each) => each.startsWith('\u001b]')).length);
        },
      ),
    );
  });
});

describe('the background', () => {
  test.each([
    ['rgb:1e1e/1e1e/1e1e', 'dark'],
    ['rgb:ffff/ffff/ffff', 'light'],
    ['rgb:fd/f6/e3', 'light'],
    ['rgba:0000/0000/0000/ffff', 'dark'],
    ['rgb:0/0/f', 'dark'],
  ] as const)('%s is %s', (answer, background) => {
    expect(backgroundOf(answer)).toBe(background);
  });

  test.each(['', '?', 'rgb:xx/00/00', 'rgb:12345/0/0', '#ffffff'])('%j says nothing', (answer) => {
    expect(backgroundOf(answer)).toBeNull();
  });
});
