import type { AppState, Step } from '#ui/app-state.ts';
import type { Language } from '#ui/i18n/translate.ts';
import type { CommandAction } from '#ui/keys/command-keymap.ts';
import { truncate } from '#ui/lines/line.ts';
import { oneLine } from '#ui/overlays/notice.ts';
import { THEME_NAMES } from '#ui/theme/palettes.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { copiedOf } from '#ui/views/views.ts';

/** What a line of the screen can show of what was copied. */
const SHOWN_COPY = 40;
/** Bytes of UTF-8; terminals refuse more. */
const MAX_COPIED = 74_000;

/** Puts the id of what is selected, or what there is to know of it, on the clipboard. */
export function copySelected(state: AppState, action: 'copy' | 'copy-more', context: ViewContext): Step {
  const { t } = context;
  const copied = copiedOf(state.view, state.views, context);
  if (copied === null) return { state: { ...state, notice: oneLine(t('copy.nothing'), 'bad') }, effects: [] };
  const whole = action === 'copy' ? copied.id : copied.more;
  const text = copyable(whole);
  const shown = { text: truncate(whole, SHOWN_COPY) };
  const notice =
    text === whole ? oneLine(t('copy.done', shown), 'good') : oneLine(t('copy.cut', shown), 'bad');
  return { state: { ...state, notice }, effects: [{ type: 'copy', text }] };
}

/** The text, or as many whole characters of its beginning as a terminal takes. */
function copyable(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= MAX_COPIED) return text;
  return new TextDecoder().decode(bytes.subarray(0, MAX_COPIED), { stream: true });
}

/** Another language, at once and for the next start. */
export function chooseLanguage(state: AppState, language: Language): Step {
  return { state: { ...state, language }, effects: [{ type: 'remember-language', language }] };
}

/** What the palette alone can do. */
export function runCommand(state: AppState, action: CommandAction): Step {
  switch (action) {
    case 'language-en':
      return chooseLanguage(state, 'en');
    case 'language-es':
      return chooseLanguage(state, 'es');
    case 'ascii': {
      const ascii = !state.ascii;
      return { state: { ...state, ascii }, effects: [{ type: 'remember-ascii', ascii }] };
    }
    default: {
      const theme = THEME_NAMES.find((name) => action === `theme-${name}`) ?? state.theme;
      return { state: { ...state, theme }, effects: [{ type: 'remember-theme', theme }] };
    }
  }
}
