import type { AppState } from '#ui/app-state.ts';
import { type Line, span } from '#ui/lines/line.ts';
import type { ViewContext } from '#ui/views/view.ts';
import { statusOf } from '#ui/views/views.ts';

/** What came of the last key, else what the view says of itself. The context's area is the body. */
export function statusLineOf({ notice, overlay, view, views }: AppState, context: ViewContext): Line {
  if (notice !== null) return [span(notice.text, notice.style)];
  return overlay === null ? statusOf(view, views, context) : [];
}
