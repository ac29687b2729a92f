import pc from "picocolors";

/** The content of a section of the status. */
export interface Report {
  /** Lines, indented; empty if there is nothing to report. */
  readonly body: string;
  /** What is wrong and what to do about it, a sentence each. */
  readonly troubles: readonly string[];
}

export interface Section {
  readonly title: string;
  /** Who is asked, for the message if no answer comes. */
  readonly asks: string;
  /** How long the answer may take, in ms; 10 s unless given. */
  readonly deadline?: number;
  describe(): string | Report | Promise<string | Report>;
}

const DEADLINE_MS = 10_000;

/**
 * Asks all sections at once and prints each as soon as it is known; one that fails or does not answer says so
 * instead. After the deadline nobody waits for an answer any more, but the question may still be pending.
 *
 * @returns whether everything is as it should be
 */
export async function showSections(
  sections: readonly Section[],
  print: (text: string) => void,
): Promise<boolean> {
  const healthy = sections.map(async (section) => {
    const { body, troubles } = await reportOf(section);
    const lines = [body, ...troubles.map((trouble) => `  ${pc.red(trouble)}`)].filter((line) => line !== "");
    if (lines.length > 0) print(`${pc.underline(section.title)}\n${lines.join("\n")}\n`);
    return troubles.length === 0;
  });
  return (await Promise.all(healthy)).every(Boolean);
}

async function reportOf({ asks, deadline = DEADLINE_MS, describe }: Section): Promise<Report> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`${asks} did not answer within ${deadline / 1000} s`);
    timer = setTimeout(() => reject(error), deadline);
  });
  try {
    const report = await Promise.race([describe(), late]);
    return typeof report === "string" ? { body: report, troubles: [] } : report;
  } catch (error) {
    return { body: "", troubles: [error instanceof Error ? error.message : String(error)] };
  } finally {
    clearTimeout(timer);
  }
}
