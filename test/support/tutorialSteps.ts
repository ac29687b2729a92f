import type pg from "pg";
import { expect, vi } from "vitest";
import type { Checkout } from "./checkout.ts";
import { applyDiff, type Block, pattern, quotedIn } from "./tutorial.ts";

/** What the tutorial's steps need. */
export interface Tutorial {
  readonly checkout: Checkout;
  readonly client: pg.Client;
  /** The output of commands run earlier. */
  readonly done: Readonly<Record<string, string>>;
}

/** Carries out a block of the tutorial, and compares the result with what the page promises. */
export async function perform(block: Block, { checkout, client, done }: Tutorial): Promise<void> {
  const { kind, text, promised } = block;
  const patterns = promised.map(pattern);
  const expectPromised = (printed: string) => {
    for (const each of patterns) expect(printed, text).toMatch(each);
  };
  const printed = done[text];
  if (printed !== undefined) return expectPromised(printed);
  // The last case runs it.
  if (text === "npm run destroy -- local") return;
  if (kind === "diff") return applyDiff(checkout.directory, text);
  if (kind === "sql" && quotedIn(block) === undefined) {
    return expectPromised(await rowsOf(client, text));
  }
  if (!kind.startsWith("sh")) return;
  const expected = kind === "sh fails" ? 1 : 0;
  if (text.startsWith("npm run watch")) {
    // Without grep, which would hold back what it writes to a pipe.
    const [command = ""] = text.split(" | ");
    const [program = "", ...args] = command.split(" ");
    const { stdout } = await checkout.run(program, args, { name: "SIGINT", patterns });
    return expectPromised(stdout);
  }
  // The network's proxy does not concern curl here.
  const lines = text.replaceAll(/^curl /gm, "curl --noproxy '*' ");
  await vi.waitFor(
    async () => {
      const { code, stdout, stderr } = await checkout.run("bash", ["-e", "-c", lines]);
      expect(code, stderr).toBe(expected);
      expectPromised(stdout + stderr);
    },
    { timeout: 90_000, interval: 1_000 },
  );
}

/** The rows of a query, with values in PostgreSQL's notation. */
async function rowsOf(client: pg.Client, text: string): Promise<string> {
  const types = { getTypeParser: () => (value: string) => value };
  const { rows } = await client.query<string[]>({ text, rowMode: "array", types });
  return rows.map((row) => row.join(" | ")).join("\n");
}
