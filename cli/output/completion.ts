import type { Command } from "commander";

/** The shells that have a completion. */
export const SHELLS = ["bash", "zsh"] as const;

export type Shell = (typeof SHELLS)[number];

/**
 * A shell function that completes `npm run <command> -- <stack or option>` in a folder of this project. Elsewhere, it
 * falls back to npm's own completion if that was loaded before. It is made from the commands themselves.
 */
export function completionFor(shell: Shell, program: Command): string {
  const names = program.commands.map((command) => command.name());
  const cases = program.commands.map((command) => `      ${command.name()}) words="${wordsOf(command)}" ;;`);
  const first = shell === "zsh" ? FOR_ZSH : "";
  return `${first}_streaming_anomaly_detection() {
  if ! grep -qs '"name": "streaming-anomaly-detection"' package.json; then
    if declare -f _npm_completion > /dev/null; then _npm_completion "$@"; fi
    return
  fi
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local command="\${COMP_WORDS[1]}" first=2 words=""
  if [ "$command" = run ]; then command="\${COMP_WORDS[2]}" first=3; fi
  local stacks="$(${STACKS})"
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="run start test"
  elif [ "$COMP_CWORD" -lt "$first" ]; then
    words="${names.join(" ")}"
  elif [ "$COMP_CWORD" -eq "$first" ]; then
    words="--"
  elif [ "$previous" = --stack ]; then
    words="$stacks"
  else
    case "$command" in
${cases.join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _streaming_anomaly_detection npm`;
}

/**
 * The stacks of the current folder. Only what a stack can be called may get into the words of `compgen`: it expands them
 * again, so the name of a file could contain a command.
 */
const STACKS = String.raw`ls | sed -n 's/^Pulumi\.\([A-Za-z0-9_.-]*\)\.yaml$/\1/p'`;

/** zsh can load bash's completion functions, which need its own: not every .zshrc has loaded these. */
const FOR_ZSH = `(( $+functions[compdef] )) || { autoload -U compinit && compinit; }
autoload -U +X bashcompinit && bashcompinit
`;

/** What may follow a command: its options, and the stacks or shells if it takes one. */
function wordsOf(command: Command): string {
  const options = command.options.flatMap(({ long }) => long ?? []);
  const values = command.registeredArguments.flatMap((argument) => VALUES[argument.name()] ?? []);
  return [...options, ...values].join(" ");
}

const VALUES: Readonly<Record<string, readonly string[]>> = { stack: ["$stacks"], shell: SHELLS };
