import type { Key } from 'ink';
import { describe, expect, test } from 'vitest';
import { translator } from '#ui/i18n/translate.ts';
import { GLOBAL_KEYMAP } from '#ui/keys/global-keymap.ts';
import { keyNames, textOfKey } from '#ui/keys/key-names.ts';
import { bindingOf, type Keymap, shownKeys } from '#ui/keys/keymap.ts';
import { LIST_KEYMAP } from '#ui/list/list-state.ts';
import { LOGS_KEYMAP } from '#ui/views/logs/keymap.ts';
import { VIEW_IDS } from '#ui/views/view.ts';
import { keymapOf } from '#ui/views/views.ts';

const NO_KEY: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

describe('a chunk of input', () => {
  test('of one letter is that key', () => {
    expect(keyNames('j', NO_KEY)).toEqual(['j']);
    expect(keyNames('G', { ...NO_KEY, shift: true })).toEqual(['G']);
    expect(keyNames('/', NO_KEY)).toEqual(['/']);
  });

  test('of several letters is as many keys, in their order', () => {
    expect(keyNames('jjG', NO_KEY)).toEqual(['j', 'j', 'G']);
    expect(keyNames('/w 1\r', NO_KEY)).toEqual(['/', 'w', 'space', '1', 'enter']);
    expect(keyNames('a\tb\n', NO_KEY)).toEqual(['a', 'tab', 'b', 'enter']);
  });

  test('keeps a character of several code points whole', () => {
    expect(keyNames('e\u0301👍🏽', NO_KEY)).toEqual(['e\u0301', '👍🏽']);
  });

  test('is named where it is no letter', () => {
    expect(keyNames('', { ...NO_KEY, upArrow: true })).toEqual(['up']);
    expect(keyNames('', { ...NO_KEY, pageDown: true })).toEqual(['pagedown']);
    expect(keyNames('\r', { ...NO_KEY, return: true })).toEqual(['enter']);
    expect(keyNames('', { ...NO_KEY, escape: true })).toEqual(['esc']);
    expect(keyNames('', { ...NO_KEY, tab: true })).toEqual(['tab']);
    expect(keyNames('', { ...NO_KEY, tab: true, shift: true })).toEqual(['shift-tab']);
    expect(keyNames('d', { ...NO_KEY, ctrl: true })).toEqual(['ctrl-d']);
    expect(keyNames('C', { ...NO_KEY, ctrl: true })).toEqual(['ctrl-c']);
  });

  test('of a control key and what was typed after it is each of them', () => {
    expect(keyNames('\u0015300', NO_KEY)).toEqual(['ctrl-u', '3', '0', '0']);
    expect(keyNames('\u0001\u0005', NO_KEY)).toEqual(['ctrl-a', 'ctrl-e']);
  });

  test('of control characters without a letter is no key', () => {
    expect(keyNames('\u0000\u001c\u001f', NO_KEY)).toEqual([]);
    expect(keyNames('', NO_KEY)).toEqual([]);
  });
});

describe('a key as text', () => {
  test('is its character', () => {
    expect(textOfKey('a')).toBe('a');
    expect(textOfKey('space')).toBe(' ');
    expect(textOfKey('e\u0301')).toBe('e\u0301');
  });

  test('is nothing where it is none', () => {
    for (const name of ['enter', 'esc', 'up', 'ctrl-u', 'shift-tab']) expect(textOfKey(name)).toBe('');
  });
});

describe('the keymaps', () => {
  const every: readonly (readonly [string, Keymap])[] = [
    ...VIEW_IDS.map((id) => [id, keymapOf(id)] as const),
    ['global', GLOBAL_KEYMAP],
  ];

  test.each(every)('give every key of %s one meaning, also among those that work everywhere', (_, keymap) => {
    const bindings = [...(keymap === GLOBAL_KEYMAP ? [] : keymap), ...GLOBAL_KEYMAP];
    // What goes before the global meaning does so on purpose, and only while the view says so.
    const keys = bindings.filter(({ claims }) => !claims).flatMap((binding) => binding.keys);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test('find the binding of a key', () => {
    expect(bindingOf(LIST_KEYMAP, 'down')?.action).toBe('down');
    expect(bindingOf(LOGS_KEYMAP, 'G')?.action).toBe('follow');
    expect(bindingOf(LIST_KEYMAP, 'x')).toBeUndefined();
  });

  test('are called as on the keyboards of the reader’s language', () => {
    const keys = ['space', 'home', 'pagedown', 'shift-tab', 'enter'];
    expect(shownKeys({ keys }, translator('en'))).toBe('space/home/pagedown/shift-tab/enter');
    expect(shownKeys({ keys }, translator('es'))).toBe('espacio/inicio/avpág/mayús-tab/enter');
  });

  test('show arrows as signs', () => {
    expect(shownKeys({ keys: ['j', 'down'] }, translator('en'))).toBe('j/↓');
  });
});
