import { createInterface } from "node:readline/promises";

/**
 * Asks the user a question, to which only `y` and `yes` agree. Without a terminal nobody agrees.
 *
 * @param yes whether the user agrees beforehand, to everything
 */
export const confirming =
  (yes: boolean) =>
  async (question: string): Promise<boolean> => {
    if (yes) return true;
    if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
    } finally {
      lines.close();
    }
  };
