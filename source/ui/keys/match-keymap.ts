import type { Keymap } from './keymap.ts';

/** The keys that step through what a filter of text found, while one is set. */
export const MATCH_KEYMAP: Keymap<'next-match' | 'previous-match'> = [
  {
    action: 'next-match',
    keys: ['n'],
    label: 'key.next-match',
    footer: 13,
    footerLabel: 'key.next-match-short',
    footerShort: 'key.next-match-shortest',
    claims: true,
  },
  { action: 'previous-match', keys: ['N'], label: 'key.previous-match', claims: true },
];
