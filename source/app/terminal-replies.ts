/** What came from the terminal, parted. */
export interface Parted {
  /** What a person typed, and all that Ink understands. */
  readonly keys: string;
  /** The contents of the operating system commands in it, such as `11;rgb:1e1e/1e1e/1e1e`. */
  readonly replies: readonly string[];
  /** What the mouse did, as mode 1006 tells it: `<0;12;7M`. Ink would drop it. */
  readonly mouse: readonly string[];
  /** The end of the input, where it may be the beginning of a reply. */
  readonly rest: string;
}

/** What may come beside keys. */
export interface Expected {
  /** A lone escape at the end may be the beginning of a reply. */
  readonly reply: boolean;
  readonly mouse: boolean;
}

// An operating system command ends with BEL or ST (ECMA-48 8.3.89). No key sends one.
// biome-ignore lint/suspicious/noControlCharactersInRegex: replies are escape sequences
const REPLY = /\u001b\](\d+;[^\u0007\u001b]*)(?:\u0007|\u001b\\)/g;
// Only what may still become a reply to a question about colours: nothing that a person types is held back.
// biome-ignore lint/suspicious/noControlCharactersInRegex: replies are escape sequences
const BEGINNING = /\u001b\](?:\d{1,3}(?:;[\w:;/?#.-]{0,64}\u001b?)?)?$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: mouse events are escape sequences
const MOUSE = /\u001b\[(<\d{1,3};\d{1,5};\d{1,5}[Mm])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: mouse events are escape sequences
const MOUSE_BEGINNING = /\u001b\[<[\d;]{0,15}$/;

/** Parts what the terminal says by itself from keys. */
export function partReplies(input: string, expected: Expected): Parted {
  const replies: string[] = [];
  const mouse: string[] = [];
  const taken = (list: string[]) => (_: string, content: string) => {
    list.push(content);
    return '';
  };
  let left = input.replace(REPLY, taken(replies));
  if (expected.mouse) left = left.replace(MOUSE, taken(mouse));
  const at = restOf(left, expected);
  return { keys: left.slice(0, at), replies, mouse, rest: left.slice(at) };
}

/** Where the beginning of something begins that is not all there; the length where there is none. */
function restOf(left: string, expected: Expected): number {
  const reply = left.search(BEGINNING);
  if (reply >= 0) return reply;
  const mouse = expected.mouse ? left.search(MOUSE_BEGINNING) : -1;
  if (mouse >= 0) return mouse;
  return expected.reply && left.endsWith('\u001b') ? left.length - 1 : left.length;
}
