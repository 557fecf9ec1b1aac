import type { Problem } from '#model/events.ts';
import type { Translate } from '#ui/i18n/translate.ts';

/** A problem as a row says it: what kind it is, what is wrong, where, what to do. */
export function problemText({ id, message }: Pick<Problem, 'id' | 'message'>, t: Translate): string {
  return ` ! ${t(`problem.${id}`)}: ${t.say(message)}`;
}
