import { Argument, type Command } from "commander";
import { type CommonOptions, newCommand, runs } from "../app/command.js";
import { candidatesFor } from "./candidates.js";
import { FILES, SHELLS, type Shell, scripts } from "./scripts.js";
import { readWords, splitLine } from "./words.js";

/** Makes the command that prints the script of a shell. */
export function completionCommand(): Command {
  const command = newCommand("completion", "Print the script that completes commands in a shell", {
    details:
      "Completes commands, options and files, the names of services from the registry, and their rpcs.",
    examples: [
      [`eval "$(dividere completion bash)"`, "in ~/.bashrc"],
      [`eval "$(dividere completion zsh)"`, "in ~/.zshrc, after compinit"],
      ["dividere completion fish | source", "in ~/.config/fish/config.fish"],
    ],
  }).addArgument(new Argument("<shell>", "the shell").choices([...SHELLS]));
  return runs<CommonOptions, [Shell]>(command, async ({ out }, shell) => {
    out.result({ shell, script: scripts[shell] }, () => scripts[shell].trimEnd());
    return 0;
  });
}

/**
 * Carries out the call of a script: prints a line for each candidate, the word, a tab and its meaning.
 *
 * @param args - `bash` and the line up to the cursor; or `words` and the words up to the cursor.
 */
export async function complete(
  program: Command,
  [how, ...words]: readonly string[],
): Promise<void> {
  const line = how === "bash" ? splitLine(words[0] ?? "").slice(1) : words;
  const cut = how === "bash" ? wordBreakIn(line.at(-1) ?? "") : 0;
  for (const { word, meaning } of await candidatesFor(readWords(program, line))) {
    process.stdout.write(lineOf(word, cut, meaning));
  }
}

function lineOf(word: string, cut: number, meaning: string): string {
  // The word that asks for files stays whole.
  if (word === FILES) return `${FILES}\n`;
  return `${word.slice(cut)}\t${meaning}`.replace(/\t$/, "").concat("\n");
}

/** Returns the end of the part of a word that bash takes for other words, and does not replace. */
function wordBreakIn(word: string): number {
  return Math.max(word.lastIndexOf(":"), word.lastIndexOf("=")) + 1;
}
