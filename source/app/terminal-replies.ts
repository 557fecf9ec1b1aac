/** What came from the terminal, parted. */
export interface Parted {
  /** What a person typed, and all that Ink understands. */
  readonly keys: string;
  /** The contents of the operating system commands in it, such as `11;rgb:1e1e/1e1e/1e1e`. */
  readonly replies: readonly string[];
  /** The end of the input, where it may be the beginning of a reply. */
  readonly rest: string;
}

// An operating system command ends with BEL or ST (ECMA-48 8.3.89). No key sends one.
// biome-ignore lint/suspicious/noControlCharactersInRegex: replies are escape sequences
const REPLY = /\u001b\](\d+;[^\u0007\u001b]*)(?:\u0007|\u001b\\)/g;
// Only what may still become a reply to a question about colours: nothing that a person types is held back.
// biome-ignore lint/suspicious/noControlCharactersInRegex: replies are escape sequences
const BEGINNING = /\u001b\](?:\d{1,3}(?:;[\w:;/?#.-]{0,64}\u001b?)?)?$/;

/** Parts replies of the terminal from keys. `awaiting`: a lone escape at the end may be the beginning of one as well. */
export function partReplies(input: string, awaiting: boolean): Parted {
  const replies: string[] = [];
  const left = input.replace(REPLY, (_, content: string) => {
    replies.push(content);
    return '';
  });
  const start = left.search(BEGINNING);
  const at = start < 0 && awaiting && left.endsWith('\u001b') ? left.length - 1 : start;
  return at < 0
    ? { keys: left, replies, rest: '' }
    : { keys: left.slice(0, at), replies, rest: left.slice(at) };
}
