import type { Keymap } from '#ui/keys/keymap.ts';
import { MATCH_KEYMAP } from '#ui/keys/match-keymap.ts';
import type { LogsAction } from './logs-state.ts';

export const LOGS_KEYMAP: Keymap<LogsAction> = [
  { action: 'enter', keys: ['enter'], label: 'key.enter', footer: 10, footerShort: 'key.enter-short' },
  { action: 'back', keys: ['esc'], label: 'key.back', detailsFooter: 10 },
  { action: 'down', keys: ['j', 'down'], label: 'key.down' },
  { action: 'up', keys: ['k', 'up'], label: 'key.up' },
  { action: 'top', keys: ['g', 'home'], label: 'key.top' },
  { action: 'follow', keys: ['G', 'end'], label: 'key.follow', footer: 11, footerLabel: 'key.follow-short' },
  { action: 'page-down', keys: ['ctrl-d', 'pagedown'], label: 'key.page-down' },
  { action: 'page-up', keys: ['ctrl-u', 'pageup'], label: 'key.page-up' },
  { action: 'filter', keys: ['/'], label: 'key.filter', footer: 12 },
  { action: 'level', keys: ['l'], label: 'key.level', footer: 14, footerLabel: 'key.level-short' },
  ...MATCH_KEYMAP,
  {
    action: 'pager',
    keys: ['p'],
    label: 'key.pager',
    footer: 42,
    footerLabel: 'key.pager-short',
    detailsFooter: 42,
  },
];
