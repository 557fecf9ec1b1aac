import {
  type CompletedOption,
  type CompletionModel,
  optionsOf,
  takersIn,
  type Words,
} from './completion-model.ts';

/**
 * The script for bash. What is read from the folder is never given to `compgen -W`, which would run what stands in it:
 * a worker may be called `$(reboot)`.
 */
export function bashScript(model: CompletionModel): string {
  const { options, commands } = model;
  const valued = (some: readonly CompletedOption[]) => some.filter(({ takesValue }) => takesValue);
  const valueCases = [
    ...valued(options).map((option) => [option.flags.map((flag) => `*\\ ${flag}`), option.value] as const),
    ...commands.flatMap((command) =>
      valued(command.options).map(
        (option) => [option.flags.map((flag) => `${command.name}\\ ${flag}`), option.value] as const,
      ),
    ),
  ];
  const flagsOf = (some: readonly CompletedOption[]) => some.flatMap(({ flags }) => flags).join(' ');
  return `# Completion of elastic-tui for bash, made from its own definition of the command line:
#   source <(elastic-tui completion bash)
_elastic_tui() {
  local current=\${COMP_WORDS[COMP_CWORD]} program=\${COMP_WORDS[0]} command='' option='' folder='.' word
  local -i place=0 at
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    if [[ -n $option ]]; then
      # --dir=x is three words here.
      [[ $word == = ]] && continue
      [[ $option == --dir ]] && folder=$word
      option=''
      continue
    fi
    case $word in
      ${takersIn(model).join('|')}) option=$word ;;
      # Where = is none of COMP_WORDBREAKS.
      --dir=*) folder=\${word#--dir=} ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=$word; else place+=1; fi ;;
    esac
  done
  if [[ -n $option ]]; then
    [[ $current == = ]] && current=''
    case "$command $option" in
${valueCases.map(([patterns, words]) => `      ${patterns.join('|')}) ${action(words)} ;;`).join('\n')}
    esac
    return
  fi
  if [[ $current == -* ]]; then
    case $command in
${commands.map((command) => `      ${command.name}) _elastic_tui_words ${flagsOf(optionsOf(model, command))} ;;`).join('\n')}
      *) _elastic_tui_words ${flagsOf(options)} ;;
    esac
    return
  fi
  case "$command $place" in
    \\ *) _elastic_tui_words ${commands.map(({ name }) => name).join(' ')} ;;
${commands.flatMap(argumentCases).join('\n')}
  esac
}
_elastic_tui_words() {
  local word
  for word in "$@"; do
    if [[ $word == "$current"* ]]; then COMPREPLY+=("$word"); fi
  done
}
_elastic_tui_values() {
  local word
  folder=\${folder/#\\~/$HOME}
  while IFS= read -r word; do
    if [[ $word == "$current"* ]]; then COMPREPLY+=("$(printf '%q' "$word")"); fi
  done < <("\${program/#\\~/$HOME}" --dir "$folder" complete "$1" "$current" 2>/dev/null)
}
_elastic_tui_paths() {
  local word
  compopt -o filenames 2>/dev/null
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -A "$1" -- "$current")
}
complete -F _elastic_tui elastic-tui elastic-tui.js
`;
}

function argumentCases({ name, args }: CompletionModel['commands'][number]): readonly string[] {
  return args.map(({ words, variadic }, index) => {
    const place = variadic ? '*' : String(index);
    return `    ${name}\\ ${place}) ${action(words)} ;;`;
  });
}

function action(words: Words): string {
  if (words === null) return ':';
  if ('choices' in words) return `_elastic_tui_words ${words.choices.join(' ')}`;
  if ('kind' in words) return `_elastic_tui_values ${words.kind}`;
  return `_elastic_tui_paths ${words.path === 'file' ? 'file' : 'directory'}`;
}
