import type { Key } from 'ink';
import { charactersOf } from '#ui/lines/line.ts';

const NAMED: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

/**
 * The names of the keys in one chunk of input: `j`, `G`, `enter`, `ctrl-d`, `shift-tab`. Fast typing, a slow line
 * and tmux deliver several keys in one chunk: each is a name of its own.
 */
export function keyNames(input: string, key: Key): string[] {
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  const named = NAMED.find(([flag]) => key[flag]);
  if (named) return [named[1]];
  if (key.ctrl) return [`ctrl-${input.toLowerCase()}`];
  const names = charactersOf(input)
    .map(characterName)
    .filter((name) => name !== '');
  // Alt with a key, and `esc` with a key close behind it, are the same bytes; over a slow line it is the latter.
  return key.meta && names.length > 0 ? ['esc', ...names] : names;
}

function characterName(character: string): string {
  switch (character) {
    case ' ':
      return 'space';
    case '\r':
    case '\n':
      return 'enter';
    case '\t':
      return 'tab';
    default:
      return character < ' ' ? controlName(character) : character;
  }
}

/** Control characters are the letters with bit 6 cleared: 0x15 is `ctrl-u`. Those without a letter are no key of ours. */
function controlName(character: string): string {
  const letter = String.fromCharCode(character.charCodeAt(0) + 0x60);
  return /[a-z]/.test(letter) ? `ctrl-${letter}` : '';
}

/** The text that a key name stands for while somebody writes into a field; empty for keys that are not text. */
export function textOfKey(name: string): string {
  if (name === 'space') return ' ';
  return charactersOf(name).length === 1 ? name : '';
}
