import { en, type MessageKey, type Messages } from './en.ts';
import { es } from './es.ts';
import { type Say, spanish } from './said.ts';

export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

const MESSAGES: Readonly<Record<Language, Messages>> = { en, es };

type Values = Readonly<Record<string, string | number>>;
export interface Translate {
  (key: MessageKey, values?: Values): string;
  /** What the program says beside these texts, of files and tasks: it comes in English. */
  readonly say: Say;
}

/** `{count}`, or `{count|task|# tasks}`: what stands for exactly one, and for any other number, which `#` repeats. */
const PLACE = /\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g;

/** The function that gives the texts of one language. */
export function translator(language: Language): Translate {
  const messages = MESSAGES[language];
  const translate = (key: MessageKey, values?: Values): string => {
    const text: string = messages[key];
    if (values === undefined) return text;
    return text.replace(PLACE, (whole, name: string, one?: string, other?: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      if (one === undefined || other === undefined) return String(value);
      return String(value) === '1' ? one : other.replaceAll('#', () => String(value));
    });
  };
  return Object.assign(translate, { say: language === 'es' ? spanish() : (text: string) => text });
}

/** The language that a locale such as `es_PE.UTF-8` asks for; English where it asks for none that we have. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || '';
  return locale.toLowerCase().startsWith('es') ? 'es' : 'en';
}
