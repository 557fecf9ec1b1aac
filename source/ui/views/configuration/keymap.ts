import type { Keymap } from '#ui/keys/keymap.ts';
import { LIST_KEYMAP, type ListAction } from '#ui/list/list-state.ts';
import { FORM_KEYMAP } from '#ui/overlays/form/form-keymap.ts';

type ConfigurationAction = Exclude<ListAction, 'sort' | 'reverse' | 'pane'> | 'edit';

/** The keys of every list but those that sort, since keys stand in the order of the documentation; no details stand beside them. */
export const CONFIGURATION_KEYMAP: Keymap<ConfigurationAction> = [
  ...LIST_KEYMAP.flatMap(({ action, ...binding }) =>
    action === 'sort' || action === 'reverse' || action === 'pane' ? [] : [{ ...binding, action }],
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

/** What is said of the keys of the field with a value, which are those of the form. */
export const EDIT_KEYMAP: Keymap = FORM_KEYMAP.flatMap((binding) => {
  if (binding.action === 'send') return [{ ...binding, label: 'setting.key.write' }];
  return binding.action === 'close' ? [binding] : [];
});
