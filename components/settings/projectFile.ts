import type { Definition, Definitions } from "./types.ts";

const START =
  "# Every setting. Written by npm run settings; the definitions are in components/settings and components/hosts.\n";

/**
 * Pulumi.yaml with its section `config` made from the definitions. The section has to be the last one.
 *
 * @param text of the file
 */
export function withConfigSection(text: string, definitions: Definitions): string {
  const before = text.replace(/^(#[^\n]*\n)*config:\n[\s\S]*$/m, "");
  const entries = Object.entries(definitions).map(([name, definition]) => entry(name, definition));
  return `${before}${START}config:\n${entries.join("")}`;
}

function entry(name: string, definition: Definition<unknown>): string {
  const lines = [
    `type: ${definition.type}`,
    // All lists are lists of strings.
    ...(definition.type === "array" ? ["items:", "  type: string"] : []),
    `description: ${scalar(definition.description)}`,
    `default: ${flow(definition.default)}`,
  ];
  return `  ${name}:\n${lines.map((line) => `    ${line}\n`).join("")}`;
}

/** A value in YAML's flow style. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (value === null || typeof value !== "object") {
    return typeof value === "string" ? scalar(value) : JSON.stringify(value);
  }
  const entries = Object.entries(value).map(([key, inner]) => `${scalar(key)}: ${flow(inner)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** A text, in quotes unless it is certainly plain. */
const scalar = (text: string) =>
  /^[A-Za-z./][^\n]*$/.test(text) && !/(: |:$| #|^(true|false|null|yes|no|on|off)$|[[\]{}])/i.test(text)
    ? text
    : JSON.stringify(text);
