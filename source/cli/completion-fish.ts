import type { CompletedCommand, CompletedOption, CompletionModel, Words } from './completion-model.ts';

const PROGRAM = 'elastic-tui';

/** The script for fish, for ~/.config/fish/completions/elastic-tui.fish. */
export function fishScript({ options, commands }: CompletionModel): string {
  const names = commands.map(({ name }) => name).join(' ');
  return `# Completion of elastic-tui for fish, made from its own definition of the command line:
#   elastic-tui completion fish | source
function __elastic_tui_values
    set -l tokens (commandline -opc)
    set -l folder .
    set -l at (contains -i -- --dir $tokens)
    and test $at -lt (count $tokens)
    and set folder $tokens[(math $at + 1)]
    $tokens[1] --dir $folder complete $argv[1] (commandline -ct) 2>/dev/null
end
function __elastic_tui_command
    set -l tokens (commandline -opc)
    for token in $tokens[2..-1]
        if contains -- $token ${names}
            test "$token" = "$argv[1]"
            return
        end
    end
    return 1
end
function __elastic_tui_no_command
    set -l tokens (commandline -opc)
    for token in $tokens[2..-1]
        contains -- $token ${names}
        and return 1
    end
    return 0
end
complete -c ${PROGRAM} -f
${options.map((option) => optionLine(option, null)).join('\n')}
${commands.flatMap(commandLines).join('\n')}
`;
}

function commandLines({ name, description, options, args }: CompletedCommand): readonly string[] {
  const words = args.map((argument) => argument.words).filter((one) => one !== null);
  return [
    `complete -c ${PROGRAM} -n __elastic_tui_no_command -a ${name} -d ${quoted(description)}`,
    ...options.map((option) => optionLine(option, name)),
    ...words.map((one) => `complete -c ${PROGRAM} -n '__elastic_tui_command ${name}' ${givenBy(one)}`),
  ];
}

function optionLine(
  { flags, description, takesValue, value }: CompletedOption,
  command: string | null,
): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const condition = command === null ? [] : [`-n '__elastic_tui_command ${command}'`];
  const needs = takesValue ? ['-r', ...(value === null ? [] : [givenBy(value)])] : [];
  return ['complete -c', PROGRAM, ...condition, ...names, ...needs, '-d', quoted(description)].join(' ');
}

function givenBy(words: Exclude<Words, null>): string {
  if ('choices' in words) return `-a ${quoted(words.choices.join(' '))}`;
  if ('kind' in words) return `-a '(__elastic_tui_values ${words.kind})'`;
  return words.path === 'file' ? '-F' : `-a '(__fish_complete_directories)'`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
