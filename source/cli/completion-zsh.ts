import {
  type CompletedOption,
  type CompletionModel,
  optionsOf,
  takersIn,
  type Words,
} from './completion-model.ts';

/** The script for zsh, for a folder of $fpath (as _elastic-tui) or to be sourced after compinit. */
export function zshScript(model: CompletionModel): string {
  const { options, commands } = model;
  return `#compdef elastic-tui elastic-tui.js
# Completion of elastic-tui for zsh, made from its own definition of the command line:
#   source <(elastic-tui completion zsh)
_elastic_tui() {
  local current=\${words[CURRENT]} program=\${words[1]} command='' option='' folder='.' word
  integer place=0 at
  for ((at = 2; at < CURRENT; at++)); do
    word=\${words[at]}
    if [[ -n $option ]]; then
      [[ $option == --dir ]] && folder=\${(Q)word}
      option=''
      continue
    fi
    case $word in
      ${takersIn(model)
        .map((flag) => `(${flag})`)
        .join('|')}) option=$word ;;
      (--dir=*) folder=\${(Q)word#--dir=} ;;
      (-*) ;;
      (*) if [[ -z $command ]]; then command=$word; else ((place += 1)); fi ;;
    esac
  done
  local -a described
  if [[ -z $option && $current == --*=* ]]; then
    option=\${current%%=*} current=\${current#*=}
    compset -P '*='
  fi
  if [[ -n $option ]]; then
    case "$command $option" in
${valueCases(options, '*').join('\n')}
${commands.flatMap((command) => valueCases(command.options, command.name)).join('\n')}
    esac
    return
  fi
  if [[ $current == -* ]]; then
    case $command in
${commands.map((command) => `      (${command.name}) described=(${describedFlags(optionsOf(model, command))}) ;;`).join('\n')}
      (*) described=(${describedFlags(options)}) ;;
    esac
    _describe -o 'option' described
    return
  fi
  case "$command $place" in
    (" "*)
      described=(${commands.map(({ name, description }) => described(name, description)).join(' ')})
      _describe 'command' described
      ;;
${commands.flatMap(argumentCases).join('\n')}
  esac
}
_elastic_tui_values() {
  local -a found
  found=("\${(@f)$("\${(Q)program/#\\~/$HOME}" --dir "\${folder/#\\~/$HOME}" complete $1 "\${(Q)current}" 2>/dev/null)}")
  compadd -- "\${(@)found:#}"
}
if [[ \${funcstack[1]} == _elastic-tui ]]; then
  _elastic_tui "$@"
else
  compdef _elastic_tui elastic-tui elastic-tui.js
fi
`;
}

function valued(options: readonly CompletedOption[]): readonly CompletedOption[] {
  return options.filter(({ takesValue }) => takesValue);
}

function valueCases(options: readonly CompletedOption[], command: string): readonly string[] {
  return valued(options).map(({ flags, value }) => {
    const pattern = flags.map((flag) => `${command === '*' ? '*' : command}" ${flag}"`).join('|');
    return `      (${pattern}) ${action(value)} ;;`;
  });
}

function argumentCases({ name, args }: CompletionModel['commands'][number]): readonly string[] {
  return args.map(({ words, variadic }, index) => {
    const place = variadic ? '" "*' : `" ${index}"`;
    return `    (${name}${place}) ${action(words)} ;;`;
  });
}

function action(words: Words): string {
  if (words === null) return ':';
  if ('choices' in words) return `compadd -- ${words.choices.join(' ')}`;
  if ('kind' in words) return `_elastic_tui_values ${words.kind}`;
  return words.path === 'file' ? '_files' : '_files -/';
}

function describedFlags(options: readonly CompletedOption[]): string {
  return options
    .flatMap(({ flags, description }) => flags.map((flag) => described(flag, description)))
    .join(' ');
}

/** `name:description`, as _describe reads it, in single quotes. */
function described(name: string, description: string): string {
  return `'${`${name.replaceAll(':', '\\:')}:${description}`.replaceAll("'", `'\\''`)}'`;
}
