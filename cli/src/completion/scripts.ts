/** The shells that completion is for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** A shell that completion is for. */
export type Shell = (typeof SHELLS)[number];

/** The word in place of candidates that asks the shell for the names of files. */
export const FILES = ":files";

/** The hidden command that the scripts call. */
export const COMPLETE = "__complete";

// bash splits words at ":" and "=", so it gives the line, and replaces only what follows the last of them.
const bash = `# Completion of dividere for bash. In ~/.bashrc: eval "$(dividere completion bash)"
_dividere() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == "${FILES}" ]]; then
      compopt -o default
      COMPREPLY=()
      return
    fi
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(dividere ${COMPLETE} bash "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -F _dividere dividere
`;

const zsh = `#compdef dividere
# Completion of dividere for zsh. In ~/.zshrc, after compinit: eval "$(dividere completion zsh)"
_dividere() {
  local line
  local -a candidates
  for line in "\${(@f)$(dividere ${COMPLETE} words "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == "${FILES}" ]]; then
      _files
      return
    fi
    [[ -n $line ]] && candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe dividere candidates
}
compdef _dividere dividere
`;

const fish = `# Completion of dividere for fish. In ~/.config/fish/config.fish: dividere completion fish | source
function __dividere_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l lines (dividere ${COMPLETE} words $words[2..] "$current" 2>/dev/null)
  if test "$lines" = "${FILES}"
    __fish_complete_path "$current"
  else
    printf '%s\\n' $lines
  end
end
complete -c dividere -f -a '(__dividere_complete)'
`;

/** The script of each shell. */
export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
