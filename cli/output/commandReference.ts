import type { Command } from "commander";

const START = "<!-- The commands: written by npm run settings from cli/commandLine.ts. -->\n";
const END = "<!-- The end of the commands. -->\n";

/** The page docs/commands.md with a section about each command, made from the command line. */
export function withCommands(page: string, program: Command): string {
  const [before = "", rest = ""] = page.split(START);
  const after = rest.slice(rest.indexOf(END));
  const sections = program.commands.map(described);
  return `${before}${START}\n${sections.join("\n")}\n${after}`;
}

function described(command: Command): string {
  const rows = command.options.map(
    ({ flags, description, defaultValue }) =>
      `| \`${flags}\` | ${escaped(description)}${byDefault(defaultValue)} |`,
  );
  const options = rows.length === 0 ? "" : `\n| option | |\n|---|---|\n${rows.join("\n")}\n`;
  return `### ${calls(command)}\n\n${capital(command.description())}.\n${options}`;
}

/** `npm run up -- <stack>`. */
function calls(command: Command): string {
  const name = command.name();
  const start = name === "start" || name === "test" ? `npm ${name}` : `npm run ${name}`;
  const words = command.registeredArguments.map((argument) => {
    const text = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `&lt;${text}&gt;` : `[${text}]`;
  });
  return words.length === 0 ? start : `${start} -- ${words.join(" ")}`;
}

const byDefault = (value: unknown) => (typeof value === "string" ? ` (default: ${value})` : "");
const escaped = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
const capital = (text: string) => text.charAt(0).toUpperCase() + escaped(text.slice(1));
