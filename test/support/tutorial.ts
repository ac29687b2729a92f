import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A code block of docs/tutorial.md, with the output that the page promises. */
export interface Block {
  /** What follows the fence, such as `sh`, `sh fails`, `sql` or `diff`. */
  readonly kind: string;
  readonly text: string;
  /** Lines of the `text` block directly after it. */
  readonly promised: readonly string[];
}

/** The blocks of a page in order, except those of type `text`, which belong to the preceding block. */
export function blocksOf(page: string): Block[] {
  const fences = [...page.matchAll(/^```(\w[\w ]*)\n([\s\S]*?)^```$/gm)];
  return fences.flatMap(([, kind = "", text = ""], index) => {
    if (kind === "text") return [];
    const next = fences[index + 1];
    const promised = next?.[1] === "text" ? (next[2] ?? "").trimEnd().split("\n") : [];
    return [{ kind, text: text.trimEnd(), promised }];
  });
}

/**
 * What matches a promised line: its numbers may be any numbers, except those that show the effect of a step, the space
 * between its words may be of any width, and there may be more text before and after.
 */
export function pattern(promised: string): RegExp {
  const text = promised.trim();
  const source = text.replaceAll(/\d[\d,]*|\s+|[\\^$.*+?()[\]{}|]/g, (part: string, at: number) => {
    if (/^\s/.test(part)) return "\\s+";
    if (/^\d/.test(part)) return numberLike(part, text.slice(0, at), text.slice(at + part.length));
    return `\\${part}`;
  });
  return new RegExp(source);
}

/** What matches a number of a promised line, given the text before and after it. */
function numberLike(number: string, before: string, after: string): string {
  const isSame = /\b(threshold|sent|Hosts)\W+$/.test(before) || /^ updated\b/.test(after);
  if (isSame) return `(?<![\\d,])${number}(?![\\d,])`;
  // Only the filter that the tutorial changes lets it through.
  if (/\busage\s+$/.test(before) && Number(number) < 80) return "[1-7]?\\d(?![\\d,])";
  return "\\d[\\d,]*";
}

/** The file and the lines of a `diff` block, whose first line is `# <file>`. */
export function applyDiff(directory: string, text: string): void {
  const [head = "", ...lines] = text.split("\n");
  const file = join(directory, head.replace(/^# /, ""));
  const of = (sign: string) =>
    lines
      .filter((line) => line.startsWith(sign))
      .map((line) => line.slice(1))
      .join("\n");
  const before = readFileSync(file, "utf8");
  if (!before.includes(of("-"))) throw new Error(`${file} does not have the line ${of("-")}`);
  writeFileSync(
    file,
    before.replace(of("-"), () => of("+")),
  );
}

/** The file quoted by an `sql` block, with the quoted lines; undefined for a statement to run. */
export function quotedIn({ kind, text }: Block): { file: string; lines: readonly string[] } | undefined {
  const [head = "", ...lines] = text.split("\n");
  const file = /^-- (sql\/\S+)$/.exec(head)?.[1];
  return kind === "sql" && file !== undefined ? { file, lines } : undefined;
}
