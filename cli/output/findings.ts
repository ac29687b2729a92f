import { colors } from "../../lib/colors.ts";
import type { Finding } from "../../lib/finding.ts";

/** One line per finding, with its problem below. The text is good for a bug report. */
export function describeFindings(stack: string, findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.flatMap((finding) => linesOf(finding, width));
  return [...lines, "", verdict(stack, findings)].join("\n");
}

function linesOf({ name, value, trouble }: Finding, width: number): string[] {
  const line = `${mark(trouble)} ${colors.bold(name.padEnd(width))}  ${value}`;
  if (trouble === undefined) return [line];
  const { problem, remedy } = trouble;
  return [line, ...[problem, remedy].flatMap((text) => (text === undefined ? [] : indented(text)))];
}

function mark(trouble: Finding["trouble"]): string {
  if (trouble === undefined) return colors.green("✔");
  return trouble.stops ? colors.red("✖") : colors.yellow("!");
}

const indented = (text: string) => text.split("\n").map((line) => `    ${line}`);

function verdict(stack: string, findings: readonly Finding[]): string {
  const stopping = findings.filter(({ trouble }) => trouble?.stops).length;
  if (stopping === 0) return `Nothing here is in the way of the stack ${stack}.`;
  const things = stopping === 1 ? "One thing is" : `${stopping} things are`;
  return `${things} in the way of the stack ${stack}: see ${colors.red("✖")} above.`;
}

/** The same for programs: docs/commands.md describes it. */
export const findingsJson = (stack: string, findings: readonly Finding[]) => ({
  stack,
  ok: !findings.some(({ trouble }) => trouble?.stops),
  findings: findings.map(({ name, value, trouble }) => ({ name, value, ...trouble })),
});
