import type { Keymap } from '#ui/keys/keymap.ts';
import { LIST_KEYMAP, type ListAction } from '#ui/list/list-state.ts';

type ConfigurationAction = Exclude<ListAction, 'sort' | 'reverse'> | 'edit';

/** The keys of every list but those that sort: keys stand in the order of the documentation. */
export const CONFIGURATION_KEYMAP: Keymap<ConfigurationAction> = [
  ...LIST_KEYMAP.flatMap(({ action, ...binding }) =>
    action === 'sort' || action === 'reverse' ? [] : [{ ...binding, action }],
  ),
  {
    action: 'edit',
    keys: ['e'],
    label: 'key.edit',
    footer: 30,
    footerLabel: 'key.edit-short',
    changes: true,
  },
];
