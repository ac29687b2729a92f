import { stripVTControlCharacters } from "node:util";
import { postgresUrl } from "../../clients/postgres/client.ts";
import { isPlaced, stateResources } from "../../components/stateResources.ts";
import { colors } from "../../lib/colors.ts";
import type { Report, Section } from "../../lib/section.ts";
import { table } from "../../lib/table.ts";
import { UserError } from "../../lib/userError.ts";
import { notUp, outputsOf } from "../engine/outputs.ts";
import { secretOf } from "../engine/secrets.ts";
import { withStack } from "../engine/stack.ts";
import { lastFailure, statusOf, statusOfUnfinished } from "../output/status.ts";
import { exitFlushed } from "../output/terminal.ts";

export async function status(
  name: string,
  { showSecrets, json }: { readonly showSecrets: boolean; readonly json: boolean },
): Promise<void> {
  const { sections, address } = await withStack(name, async (stack) => {
    const [outputs, resources, failed] = await Promise.all([
      outputsOf(stack),
      stateResources(stack),
      lastFailure(stack),
    ]);
    if (outputs === undefined && !resources.some(isPlaced)) throw new UserError(notUp(name));
    if (outputs === undefined) return { sections: statusOfUnfinished(name, resources), address: undefined };
    const sections = statusOf(name, resources, outputs, secretOf(stack), failed);
    return { sections, address: postgresUrl(outputs.postgres) };
  });
  const healthy = json
    ? await printJson(name, sections, showSecrets ? address : undefined)
    : await showSections(sections, (text) => console.log(text));
  if (showSecrets && !json && address !== undefined) console.log(address);
  // Do not wait for anything that has not answered.
  await exitFlushed(healthy ? 0 : 1);
}

const DEADLINE_MS = 10_000;

/**
 * Asks all sections at once and prints each as soon as its answer arrives; if one fails or does not answer, prints
 * that instead. After the deadline it stops waiting for an answer, but the question may still be pending.
 *
 * @returns whether everything is as it should be
 */
export async function showSections(
  sections: readonly Section[],
  print: (text: string) => void,
): Promise<boolean> {
  const healthy = sections.map(async (section) => {
    const { rows, notes = [], troubles } = await reportOf(section);
    const lines = [
      ...(rows.length > 0 ? [table(rows)] : []),
      ...notes.map((note) => `  ${note}`),
      ...troubles.map((trouble) => `  ${colors.red(trouble)}`),
    ];
    if (lines.length > 0) print(`${colors.underline(section.title)}\n${lines.join("\n")}\n`);
    return troubles.length === 0;
  });
  return (await Promise.all(healthy)).every(Boolean);
}

/** One object for programs: docs/commands.md describes it. */
async function printJson(
  stack: string,
  sections: readonly Section[],
  postgresUrl: string | undefined,
): Promise<boolean> {
  const answers = await sectionsJson(sections);
  const healthy = answers.every(({ troubles }) => troubles.length === 0);
  const secrets = postgresUrl === undefined ? {} : { postgresUrl };
  console.log(JSON.stringify({ stack, healthy, sections: answers, ...secrets }, null, 2));
  return healthy;
}

/** The sections with the cells of their lines, without colours; empty sections are left out. */
export async function sectionsJson(sections: readonly Section[]) {
  const reports = await Promise.all(
    sections.map(async (section) => ({ title: section.title, ...(await reportOf(section)) })),
  );
  return reports
    .map(({ title, rows, notes = [], troubles }) => ({
      title,
      rows: [...rows, ...notes.map((note) => [note])].map((row) => row.map(stripVTControlCharacters)),
      troubles,
    }))
    .filter(({ rows, troubles }) => rows.length > 0 || troubles.length > 0);
}

async function reportOf({ asks, deadline = DEADLINE_MS, describe }: Section): Promise<Report> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`${asks} did not answer within ${deadline / 1000} s`);
    timer = setTimeout(() => reject(error), deadline);
  });
  try {
    return await Promise.race([describe(), late]);
  } catch (error) {
    return { rows: [], troubles: [error instanceof Error ? error.message : String(error)] };
  } finally {
    clearTimeout(timer);
  }
}
