# What a zsh in a terminal offers for each line of standard input: "= " and the line, then one word a line.
#   zsh -f offered.zsh COMPLETION-SCRIPT
zmodload zsh/zpty
zpty shell zsh -f -i
{
  zpty -w shell "PROMPT= RPROMPT= PS2="
  zpty -w shell "autoload -Uz compinit && compinit -D -u; source ${(q)1}"
  # A compadd that only fills an array offers nothing. [ready is in two pieces, since the terminal may still echo it.
  zpty -w shell 'setopt nobeep; stty -echo
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  local hit
  for hit in "${hits[@]}"; do print -r -- "+$IPREFIX$hit"; done
  builtin compadd "$@"
}
offer() { _main_complete "$@"; compstate[insert]= compstate[list]=; print -r -- "[end"; }
zle -C offer complete-word offer
bindkey "^I" offer; bindkey "^U" kill-whole-line
print -r -- "[rea""dy"'
  local line said
  while zpty -r shell said && [[ $said != *'[ready'* ]]; do :; done
  while IFS= read -r line; do
    print -r -- "= $line"
    zpty -n -w shell "$line"$'\t'
    while zpty -r shell said; do
      said=${${said//$'\r'/}%$'\n'}
      case $said in
        (*'[end'*) break ;;
        (*+*) print -r -- "${said#*+}" ;;
      esac
    done
    zpty -n -w shell $'\x15'
  done
} always { zpty -d shell }
