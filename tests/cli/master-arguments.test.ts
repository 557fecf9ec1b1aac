import { describe, expect, test } from 'vitest';
import { type MasterArguments, parseMasterArguments } from '../../source/cli/master-arguments.ts';

function parse(...argv: string[]) {
  return parseMasterArguments(argv, { cwd: '/srv', version: '1.2.3' });
}

const NOTHING: MasterArguments = {
  dir: '/srv',
  language: null,
  readonly: false,
  theme: null,
  ascii: null,
  mouse: false,
};

describe('the arguments of elastic-tui', () => {
  test('are all optional', () => {
    expect(parse()).toEqual(NOTHING);
  });

  test('choose how the screen looks, over what is remembered', () => {
    expect(parse('--theme', 'light', '--ascii', '--mouse', '--lang', 'es')).toEqual({
      ...NOTHING,
      theme: 'light',
      ascii: true,
      mouse: true,
      language: 'es',
    });
    expect(parse('--no-ascii')).toEqual({ ...NOTHING, ascii: false });
  });

  test('name what is allowed where they are wrong', () => {
    const ended = parse('--theme', 'pink');
    expect(ended).toMatchObject({ exitCode: 2 });
    expect(JSON.stringify(ended)).toContain('colour-blind');
  });
});
