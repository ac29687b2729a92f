import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { StatusReport } from "../../../apps/notifier/status.ts";

it("a status file that cannot be written, as on a full disk, stops nothing and is written later", () => {
  const folder = mkdtempSync(join(tmpdir(), "notifier-status-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "notifier/status.json");
  const slack = new StatusReport(file, () => {}).channel("Slack", "");
  writeFileSync(join(folder, "notifier"), "in the way");
  slack.show({ openAlerts: 1, silenced: 0, posted: 1 });
  rmSync(join(folder, "notifier"));
  mkdirSync(join(folder, "notifier"));
  slack.show({ openAlerts: 2, silenced: 0, posted: 2 });
  const status = JSON.parse(readFileSync(file, "utf8"));
  expect(status.channels).toEqual([{ name: "Slack", openAlerts: 2, silenced: 0, posted: 2 }]);
});
