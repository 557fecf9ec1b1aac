import { describe, expect, test } from 'vitest';
import { type MasterArguments, parseMasterArguments } from '../../source/cli/master-arguments.ts';

function parse(...argv: string[]) {
  return parseMasterArguments(argv, { cwd: '/srv', version: '1.2.3' });
}

const NOTHING: MasterArguments = {
  command: 'dashboard',
  dir: '/srv',
  language: null,
  readonly: false,
  theme: null,
  ascii: null,
  mouse: false,
  bell: false,
  screenReader: false,
  exitWithScreen: false,
  wall: null,
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

  test('open the wall, with the options of the dashboard before or after it', () => {
    expect(parse('wall')).toEqual({ ...NOTHING, wall: { rotateMs: null } });
    expect(parse('--dir', 'x', 'wall', '--rotate', '20s', '--bell', '--lang', 'es')).toEqual({
      ...NOTHING,
      dir: '/srv/x',
      language: 'es',
      bell: true,
      wall: { rotateMs: 20_000 },
    });
    expect(parse('wall', '--rotate', '0.5h')).toMatchObject({ wall: { rotateMs: 1_800_000 } });
  });

  test.each([
    [['wall', '--rotate', '20'], 'such as 20s'],
    [['wall', '--rotate', '0s'], 'at least 1s'],
    [['roof'], 'there is no command roof: elastic-tui --help lists them'],
    [['statsu', '--dir', 'x'], 'did you mean status?'],
    [['complet'], 'did you mean completion?'],
    [['status', '--json', '--bad'], '{\\"error\\":{\\"code\\":\\"USAGE\\"'],
    [['status', 'x', '--', '--json'], 'elastic-tui: too many'],
  ])('%j are refused, with what was expected', (argv, expected) => {
    const ended = parse(...argv);
    expect(ended).toMatchObject({ exitCode: 2 });
    expect(JSON.stringify(ended)).toContain(expected);
  });

  test('have a help that ends well', () => {
    expect(parse('--help')).toMatchObject({ exitCode: 0 });
    expect(parse('wall', '--help')).toMatchObject({ exitCode: 0 });
    expect(parse('help', 'wall')).toEqual(parse('wall', '--help'));
  });

  test('name what is allowed where they are wrong', () => {
    const ended = parse('--theme', 'pink');
    expect(ended).toMatchObject({ exitCode: 2 });
    expect(JSON.stringify(ended)).toContain('colour-blind');
  });
});
