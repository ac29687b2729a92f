import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { sectionsJson, showSections } from "../../../cli/commands/status.ts";
import { describeAlerts, describeUnfinished } from "../../../cli/output/status.ts";
import type { Report, Section } from "../../../lib/section.ts";

const section = (title: string, describe: Section["describe"]): Section => ({
  title,
  asks: `the server of ${title}`,
  describe,
});

async function show(sections: readonly Section[]): Promise<{ healthy: boolean; printed: string[] }> {
  const printed: string[] = [];
  const healthy = await showSections(sections, (text) => printed.push(stripVTControlCharacters(text)));
  return { healthy, printed };
}

const noting = (note: string): Report => ({ rows: [], notes: [note], troubles: [] });
const nothing: Report = { rows: [], troubles: [] };

const after = <T>(ms: number, value: T) => new Promise<T>((resolve) => setTimeout(resolve, ms, value));

it("status prints each section as soon as it is known, independently of the others", async () => {
  const { healthy, printed } = await show([
    section("Slow", () => after(60, noting("late"))),
    { ...section("Silent", () => new Promise<Report>(() => {})), deadline: 200 },
    section("Quick", () => noting("at once")),
    section("Away", () => Promise.reject(new Error("nobody listens"))),
    section("Nothing", () => nothing),
  ]);
  expect(printed).toEqual([
    "Quick\n  at once\n",
    "Away\n  nobody listens\n",
    "Slow\n  late\n",
    "Silent\n  the server of Silent did not answer within 0.2 s\n",
  ]);
  expect(healthy).toBe(false);
});

it("status prints a section's figures first, then its problems, and reports failure", async () => {
  const servers = section("Servers", () => ({ rows: [["kafka", "dead"]], troubles: ["kafka is dead: …"] }));
  expect(await show([servers])).toEqual({
    healthy: false,
    printed: ["Servers\n  kafka  dead\n  kafka is dead: …\n"],
  });
  expect(await show([section("Servers", () => ({ rows: [["kafka"]], troubles: [] }))])).toEqual({
    healthy: true,
    printed: ["Servers\n  kafka\n"],
  });
});

it("status of a stack whose up failed lists what exists, without components and providers, and what to do", () => {
  const resource = (type: string, name: string, custom = true) => ({
    urn: `urn:pulumi:local::project::${type}::${name}`,
    type,
    custom,
  });
  const resources = [
    resource("pulumi:pulumi:Stack", "project-local", false),
    resource("streaming:local:Kafka", "kafka", false),
    resource("pulumi:providers:streaming", "default"),
    resource("streaming:process:Server", "kafka-broker"),
    resource("streaming:kafka:Topic", "cpu-topic"),
    resource("streaming:process:Server", "postgres-server"),
  ];
  const { rows, troubles } = describeUnfinished("local", resources, "up");
  expect(rows).toEqual([
    ["Server", "kafka-broker, postgres-server"],
    ["Topic", "cpu-topic"],
  ]);
  expect(troubles).toEqual([
    "The last up of the stack local did not finish: this is what exists. npm run up -- local continues from here; npm run destroy -- local removes it.",
  ]);
});

it("status provides the sections for programs, cell by cell and without colours", async () => {
  const servers = section("Servers", () => ({
    rows: [["rack 1  host 2", "\u001b[32mrunning\u001b[39m", "", "pid 12"]],
    notes: ["268 MB resident in all"],
    troubles: ["kafka is slow"],
  }));
  expect(await sectionsJson([servers, section("Nothing", () => nothing)])).toEqual([
    {
      title: "Servers",
      rows: [["rack 1  host 2", "running", "", "pid 12"], ["268 MB resident in all"]],
      troubles: ["kafka is slow"],
    },
  ]);
});

it("status reports a channel that alerts do not reach, and fails", async () => {
  const directory = mkdtempSync(join(tmpdir(), "status-"));
  const file = join(directory, "status.json");
  try {
    const slack = { name: "Slack", posted: 3, openAlerts: 2, silenced: 0 };
    const problem = "Slack refuses to post to #alerts (not_in_channel): invite the app's bot";
    writeFileSync(file, JSON.stringify({ channels: [{ ...slack, lastError: problem }] }));
    const { healthy, printed } = await show([section("Alerts", () => describeAlerts(file))]);
    expect(healthy).toBe(false);
    expect(printed.join("\n")).toContain(`Alerts are not posted to Slack at the moment: ${problem}`);
    writeFileSync(file, JSON.stringify({ channels: [slack] }));
    expect((await show([section("Alerts", () => describeAlerts(file))])).healthy).toBe(true);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
