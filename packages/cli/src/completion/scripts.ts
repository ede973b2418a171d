import type { Shell } from "./shells.ts";

/**
 * What each shell has to be told. All of it is asked of the program, by a command that the help does not show: so what
 * is completed is what this version has, and whose names are in the cache.
 */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `# awsideman completion for bash: source <(awsideman completion bash)
_awsideman() {
  COMPREPLY=()
  local word output code
  output="$(awsideman __complete bash "$COMP_WORDBREAKS" "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)"
  code=$?
  if [ "$code" -eq 10 ]; then
    compopt -o default 2>/dev/null
    return
  fi
  [ "$code" -eq 0 ] && [ -n "$output" ] || return
  while IFS= read -r word; do COMPREPLY+=("$word"); done <<< "$output"
  case "\${COMPREPLY[0]}" in *=) compopt -o nospace 2>/dev/null ;; esac
}
complete -F _awsideman awsideman
`,
  zsh: `#compdef awsideman
# awsideman completion for zsh: source <(awsideman completion zsh), after compinit
_awsideman() {
  local output code
  local -a before candidates
  before=("\${(@Q)words[2,CURRENT-1]}")
  output="$(awsideman __complete zsh "\${before[@]}" "\${(Q)PREFIX}" 2>/dev/null)"
  code=$?
  if (( code == 10 )); then
    _files
    return
  fi
  (( code == 0 )) && [[ -n "$output" ]] || return 1
  candidates=("\${(@f)output}")
  compadd -- "\${candidates[@]}"
}
if [[ "$funcstack[1]" = _awsideman ]]; then _awsideman "$@"; else compdef _awsideman awsideman; fi
`,
  fish: `# awsideman completion for fish: awsideman completion fish | source
function __awsideman_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l output (awsideman __complete fish $words[2..] "$current" 2>/dev/null)
  if test $status -eq 10
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $output
  end
end
complete -c awsideman -f -a '(__awsideman_complete)'
`,
};
