import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { masterProgram } from '#cli/master-arguments.ts';
import { schemaDocumentation } from '../cli/schemas.ts';

const DOC = new URL('../../docs/command-line.md', import.meta.url);
const COMMANDS = /(<!-- commands:[^>]*-->\n)[\s\S]*(<!-- \/commands -->)/;
const SCHEMAS = /(<!-- schemas:[^>]*-->\n)[\s\S]*(<!-- \/schemas -->)/;

/** What many commands have is said once, in the text. */
const SHARED = new Set(['--help', '--json', '--start']);

/** Every command with its options, as `--help` has them. */
function commandTable(): string {
  const program = masterProgram('', { onWall() {}, onScript() {} });
  const help = program.createHelp();
  const rows = help.visibleCommands(program).flatMap((command) => [
    `| \`${help.subcommandTerm(command).replace(' [options]', '')}\` | ${command.description()} |`,
    ...help
      .visibleOptions(command)
      .filter(({ long }) => !SHARED.has(long ?? ''))
      .map((option) => `| &emsp;\`${option.flags}\` | ${help.optionDescription(option)} |`),
  ]);
  return ['| | |', '|---|---|', ...rows, ''].join('\n');
}

/** `UPDATE_DOCS=1 npx vitest run tests/docs` writes the tables instead of comparing them. */
test('docs/command-line.md has the commands and the keys of --json as they are', async () => {
  const doc = await readFile(DOC, 'utf8');
  const expected = doc
    .replace(COMMANDS, (_, start: string, end: string) => `${start}${commandTable()}${end}`)
    .replace(SCHEMAS, (_, start: string, end: string) => `${start}${schemaDocumentation()}${end}`);
  expect(doc).toMatch(COMMANDS);
  expect(doc).toMatch(SCHEMAS);
  if (process.env.UPDATE_DOCS) await writeFile(DOC, expected);
  else expect(doc).toBe(expected);
});
