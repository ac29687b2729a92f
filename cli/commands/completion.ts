import type { Command } from "commander";
import { UsageError } from "../../lib/userError.ts";
import { completionFor, SHELLS } from "../output/completion.ts";

export function completion(name: string, program: Command): void {
  const shell = SHELLS.find((each) => each === name);
  if (shell === undefined) {
    throw new UsageError(`There is no completion for "${name}"; allowed is ${SHELLS.join(" or ")}.`);
  }
  console.log(completionFor(shell, program));
}
