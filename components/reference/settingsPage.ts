import { capitalized } from "../../lib/capitalized.ts";
import type { Definition, Definitions } from "../settings/types.ts";

const START = `# Settings

<!-- Written by npm run settings; the definitions are in components/settings and components/hosts. -->

A stack's settings are in \`Pulumi.<stack>.yaml\`, in the section \`config\`:

\`\`\`yaml
config:
  generator.rate: 100
  thresholds: { doc: 20, grumpy: 30 }
\`\`\`

A setting that is not given has its default. \`npm run up -- <stack>\` applies a change, and reports everything that is wrong with the settings before anything starts. [troubleshooting.md](troubleshooting.md) has the messages. Secrets, such as tokens, are not settings: \`npm run secret\` stores them.
`;

/** What the groups of settings are about, in the order of the page; `""` are those without a group. */
const TITLES: Readonly<Record<string, string>> = {
  "": "The stack",
  names: "Names",
  kafka: "Kafka",
  postgres: "PostgreSQL",
  openSearch: "OpenSearch",
  flink: "Flink",
  source: "Readings",
  generator: "Generator",
  trend: "Trends",
  alerts: "Alerts",
  learned: "What is learned",
  notifier: "Notifier",
  slack: "Slack",
  page: "Live page",
};

/** The page docs/settings.md: every setting with its default, what is allowed, and what it means. */
export function settingsPage(definitions: Definitions): string {
  const entries = Object.entries(definitions);
  const found = new Set(entries.map(([name]) => groupOf(name)));
  const known = Object.keys(TITLES).filter((group) => found.has(group));
  const others = [...found].filter((group) => !(group in TITLES));
  const sections = [...known, ...others].map((group) =>
    section(
      TITLES[group] ?? capitalized(group),
      entries.filter(([name]) => groupOf(name) === group),
    ),
  );
  return [START, ...sections].join("\n");
}

/** `kafka` of `kafka.port`. */
const groupOf = (name: string) => /^(\w+)\./.exec(name)?.[1] ?? "";

function section(title: string, entries: readonly (readonly [string, Definition<unknown>])[]): string {
  const rows = entries.map(([name, { description, allowed, default: value }]) =>
    row([`\`${name}\``, description, allowed, shown(value)]),
  );
  return `## ${title}\n\n| setting | meaning | allowed | default |\n|---|---|---|---|\n${rows.join("\n")}\n`;
}

const row = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("<", "&lt;")).join(" | ")} |`;

/** As in YAML; empty for an empty string. */
function shown(value: unknown): string {
  if (value === "") return "";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}
