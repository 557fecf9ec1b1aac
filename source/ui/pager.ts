import { basename } from 'node:path';
import type { Program } from '#ui/terminal.ts';
import type { ViewRequest } from '#ui/views/view.ts';

type Content = Extract<ViewRequest, { type: 'page' }>['content'];

/** The pager on this content, at its end, where what is new stands. */
export function pagerProgram(pager: readonly string[], content: Content): Program {
  const [file = 'less', ...options] = pager;
  const args = basename(file) === 'less' ? [...options, '+G'] : options;
  return 'path' in content ? { file, args: [...args, content.path] } : { file, args, input: content.text };
}
