import { afterEach, describe, expect, test } from 'vitest';
import type { Snapshot } from '#model/snapshot.ts';
import type { UiPreferences } from '#ui/app.tsx';
import type { Sort } from '#ui/list/list-state.ts';
import { exampleFleet, healthyWorker, NOW, snapshotOf, workerConfig } from './fleet.ts';
import type { Screen, ScreenOptions } from './screen.tsx';
import { openSized } from './view-context.ts';

/** One worker, no task: nothing is lost by leaving. */
const IDLE = snapshotOf(healthyWorker(workerConfig('worker-01', '10.0.0.1'), NOW));

let screen: Screen | undefined;
afterEach(() => screen?.close());

async function open(snapshot: Snapshot = exampleFleet(), over: Partial<ScreenOptions> = {}): Promise<Screen> {
  screen = await openSized(snapshot, { columns: 100, rows: 30, ...over });
  return screen;
}

const shows = (part: string) => (text: string) => text.includes(part);
const hides = (part: string) => (text: string) => !text.includes(part);

const SEEN_IN = {
  workers: 'LAST PINGS',
  statistics: 'Slots busy',
  tasks: 'BENCHMARK',
  configuration: 'KEY ',
  logs: 'following',
};

describe('the views', () => {
  test('are chosen by number', async () => {
    const { press, frame } = await open();
    for (const [key, part] of [
      ['5', SEEN_IN.logs],
      ['2', SEEN_IN.statistics],
      ['4', SEEN_IN.configuration],
      ['3', SEEN_IN.tasks],
      ['1', SEEN_IN.workers],
    ] as const) {
      await press(key);
      await frame(part, shows(part));
    }
  });

  test('follow one another with tab, round and back', async () => {
    const { press, frame } = await open();
    for (const part of [
      SEEN_IN.statistics,
      SEEN_IN.tasks,
      SEEN_IN.configuration,
      SEEN_IN.logs,
      SEEN_IN.workers,
    ]) {
      await press('tab');
      await frame(part, shows(part));
    }
    await press('shift-tab');
    await frame('the last view', shows(SEEN_IN.logs));
  });

  test('are found again as they were left', async () => {
    const { press, frame } = await open();
    await press('/', '0', '2', 'enter');
    await frame('the filter', (text) => shows('/02')(text) && hides('worker-03')(text));
    await press('5', '1');
    await frame('the filter again', (text) => shows(SEEN_IN.workers)(text) && shows('/02')(text));
  });

  test('take several keys that come in one chunk', async () => {
    const { press, frame } = await open();
    await press('5kk1jj');
    const text = await frame('the third worker', shows('▸ worker-03'));
    expect(text).toContain(SEEN_IN.workers);
  });
});

describe('help', () => {
  test('tells the keys of the view and those that work everywhere, and any key closes it', async () => {
    const { press, frame } = await open(undefined, { rows: 50 });
    await press('5', '?');
    const text = await frame('help', shows('any key closes'));
    for (const part of [
      'least level',
      'bottom, and follow',
      'Everywhere',
      'Spanish / English',
      /ctrl-c +quit at once, asks nothing/,
    ]) {
      expect(text).toMatch(part);
    }
    await press('x');
    await frame('the view', hides('any key closes'));
  });

  test('says that it scrolls where it does not fit, and stops at both ends', async () => {
    const { press, frame } = await open(undefined, { columns: 80, rows: 24 });
    await press('?');
    const first = await frame('help', shows('j/k scroll'));
    expect(first).not.toContain('ctrl-c');
    await press(...Array.from({ length: 40 }, () => 'j'));
    await frame('the end', shows('ctrl-c'));
    await press('k');
    await frame('one row up', hides('ctrl-c'));
    await press(...Array.from({ length: 40 }, () => 'k'), 'j');
    await press('k');
    await frame('the beginning', (text) => text === first);
  });
});

describe('help tells no key that does nothing', () => {
  test.each([
    ['with --readonly', { readonly: true }, '?', /new task|drain|shell on/, /filter/],
    ['on the wall', {}, 'w?', /new task|drain|filter|sort/, /w\/esc +leave the wall/],
  ] as const)('%s', async (_, over, keys, dead, alive) => {
    const { press, frame } = await open(undefined, { rows: 50, ...over });
    await press(...keys);
    const text = await frame('help', shows('any key closes'));
    const help = text.slice(text.indexOf(' Keys '), text.lastIndexOf('───'));
    expect(help).toMatch(alive);
    expect(help).not.toMatch(dead);
  });
});

describe('help in a window of 20 × 5', () => {
  test.each(['en', 'es'] as const)(
    'spends a row on its title and the others on keys, in %s',
    async (language) => {
      const { press, frame, lines } = await open(undefined, { columns: 20, rows: 5, language });
      await press('?');
      await frame('help', (text) => /Keys|Teclas/.test(text));
      const [title, ...keys] = lines().slice(1);
      expect(title).toMatch(/^ (?:Keys j\/k scroll|Teclas j\/k desplaza)$/);
      expect(keys.map((key) => key.trim())).not.toContain('');
    },
  );
});

describe('the way out', () => {
  test('is open at once where nothing runs', async () => {
    const { press, frame, isOpen } = await open(IDLE);
    expect(isOpen()).toBe(true);
    await press('q');
    await frame('the end', () => !isOpen());
  });

  test('asks first while tasks run, with Cancel focused', async () => {
    const { press, frame, isOpen } = await open();
    await press('q');
    await frame('the question', shows('Tasks still running: 1.'));
    await press('enter');
    await frame('the view', hides('Tasks still running'));
    expect(isOpen()).toBe(true);
    await press('q', 'q');
    await press('q');
    await frame('the question again', shows('Tasks still running'));
    await press('tab', 'enter');
    await frame('the end', () => !isOpen());
  });

  test('is closed again with esc', async () => {
    const { press, frame, isOpen } = await open();
    await press('q', 'right');
    await frame('the question', shows('Tasks still running'));
    await press('esc');
    await frame('the view', hides('Tasks still running'));
    expect(isOpen()).toBe(true);
  });

  test.each([
    ['in a view', []],
    ['while a filter is typed', ['/', 'a']],
    ['over the question', ['q']],
    ['over the help', ['?']],
    ['over the form', ['n']],
  ])('is always Ctrl-C, %s', async (_, keys) => {
    const { press, frame, isOpen } = await open();
    await press(...keys);
    expect(isOpen()).toBe(true);
    await press('ctrl-c');
    await frame('the end', () => !isOpen());
  });

  test('is not a letter in a filter', async () => {
    const { press, frame, isOpen } = await open(IDLE);
    await press('/', 'q');
    await frame('the filter', shows('/q'));
    expect(isOpen()).toBe(true);
  });
});

describe('the language', () => {
  test('changes at once, and is remembered', async () => {
    const remembered: string[] = [];
    const preferences: Partial<UiPreferences> = { rememberLanguage: (language) => remembered.push(language) };
    const { press, frame } = await open(undefined, { preferences });
    await press('L');
    await frame('Spanish', (text) => shows('1 Nodos')(text) && hides('Workers')(text));
    await press('L');
    await frame('English', shows('1 Workers'));
    expect(remembered).toEqual(['es', 'en']);
  });
});

describe('the order of a list', () => {
  test('is remembered for its view, and found again', async () => {
    const remembered: (readonly [string, Sort | null])[] = [];
    const preferences: Partial<UiPreferences> = {
      sorts: { workers: { column: 'worker', descending: true } },
      rememberSort: (view, sort) => remembered.push([view, sort]),
    };
    const { press, frame, lines } = await open(undefined, { preferences });
    await frame('the remembered order', shows('WORKER▼'));
    expect(lines()[4]).toContain('worker-04');
    await press('O');
    await frame('the reverse', shows('WORKER▲'));
    expect(remembered).toEqual([['workers', { column: 'worker', descending: false }]]);
  });
});

describe('with --readonly', () => {
  test('nothing opens the form, and the footer does not offer it', async () => {
    const { press, frame, text } = await open(undefined, { readonly: true });
    expect(text()).toContain('read-only');
    expect(text()).not.toContain('new task');
    const before = text();
    await press('n', 'j');
    const after = await frame('the next worker', shows('▸ worker-02'));
    expect(after.split('\n').slice(0, 3)).toEqual(before.split('\n').slice(0, 3));
  });

  test('leaving and looking work as ever', async () => {
    const { press, frame, isOpen } = await open(IDLE, { readonly: true });
    await press('2');
    await frame('a view', shows(SEEN_IN.statistics));
    await press('q');
    await frame('the end', () => !isOpen());
  });
});

describe('the footer', () => {
  test('has the keys of what is written in, or asked, while it is', async () => {
    const { press, frame, lines } = await open();
    const footer = () => lines().at(-1)?.trim();
    await press('/');
    await frame('the filter', () => footer() === 'enter keep the filter   esc clear it   ctrl-u erase all');
    await press('esc', 'd');
    await frame(
      'the question',
      () => footer() === 'enter what is chosen   tab the other answer   esc leave it',
    );
    await press('esc', ':');
    await frame('the palette', () => footer() === 'enter do it   ↓ next   ↑ previous   esc close');
  });

  test('has the way back while details are open', async () => {
    const { press, frame } = await open();
    await press('enter');
    const text = await frame('the details', shows('esc back'));
    expect(text).not.toContain('/ filter');
    await press('esc');
    await frame('the list', (frameText) => shows('/ filter')(frameText) && hides('esc back')(frameText));
  });
});
