import {
  type CompletedCommand,
  type CompletedOption,
  type CompletionModel,
  takersIn,
  type Words,
} from './completion-model.ts';

const PROGRAM = 'elastic-tui';

/** The script for fish, for ~/.config/fish/completions/elastic-tui.fish. */
export function fishScript(model: CompletionModel): string {
  const { options, commands } = model;
  return `# Completion of elastic-tui for fish, made from its own definition of the command line:
#   elastic-tui completion fish | source
function __elastic_tui_values
    set -l tokens (commandline -opc)
    set -l folder .
    set -l at (contains -i -- --dir $tokens)
    and test $at -lt (count $tokens)
    and set folder $tokens[(math $at + 1)]
    for token in (string match -- '--dir=*' $tokens)
        set folder (string replace -- --dir= '' $token)
    end
    set -l current (commandline -ct | string replace -r -- '^--[a-z-]+=' '')
    set -l program (string replace -r -- '^~' $HOME $tokens[1])
    $program --dir (string replace -r -- '^~' $HOME $folder) complete $argv[1] $current 2>/dev/null
end
# Whether a command is being typed, and with a second argument, whether so many of its own stand before the cursor.
function __elastic_tui_at
    set -l name ''
    set -l place 0
    set -l is_value no
    for token in (commandline -opc)[2..-1]
        if test $is_value = yes
            set is_value no
            continue
        end
        switch $token
            case ${takersIn(model)
              .map((flag) => `'${flag}'`)
              .join(' ')}
                set is_value yes
            case '-*'
            case '*'
                if test -z "$name"
                    set name $token
                else
                    set place (math $place + 1)
                end
        end
    end
    test "$name" = "$argv[1]"
    and begin
        test (count $argv) -eq 1
        or test $place = $argv[2]
    end
end
complete -c ${PROGRAM} -f
complete -c ${PROGRAM}.js -w ${PROGRAM}
${options.map((option) => optionLine(option, null)).join('\n')}
${commands.flatMap(commandLines).join('\n')}
`;
}

function commandLines({ name, description, options, args }: CompletedCommand): readonly string[] {
  return [
    `complete -c ${PROGRAM} -n '__elastic_tui_at ""' -a ${name} -d ${quoted(description)}`,
    ...options.map((option) => optionLine(option, name)),
    ...args.flatMap(({ words, variadic }, index) => {
      const place = variadic ? '' : ` ${index}`;
      return words === null
        ? []
        : [`complete -c ${PROGRAM} -n '__elastic_tui_at ${name}${place}' ${givenBy(words)}`];
    }),
  ];
}

function optionLine(
  { flags, description, takesValue, value }: CompletedOption,
  command: string | null,
): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const condition = command === null ? [] : [`-n '__elastic_tui_at ${command}'`];
  const needs = takesValue ? ['-r', givenBy(value)] : [];
  return ['complete -c', PROGRAM, ...condition, ...names, ...needs, '-d', quoted(description)].join(' ');
}

/** Without -f a word could be any file. */
function givenBy(words: Words): string {
  if (words === null) return '-f';
  if ('choices' in words) return `-f -a ${quoted(words.choices.join(' '))}`;
  if ('kind' in words) return `-f -a '(__elastic_tui_values ${words.kind})'`;
  return words.path === 'file' ? '-F' : `-f -a '(__fish_complete_directories)'`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
