import type { Argument, Command, Option } from "commander";

const START = "<!-- The commands: written by npm run settings from cli/commandLine.ts. -->\n";
const END = "<!-- The end of the commands. -->\n";

/** The page docs/commands.md with a section about each command, its arguments and its options, made from the command line. */
export function withCommands(page: string, program: Command): string {
  const [before = "", rest = ""] = page.split(START);
  const after = rest.slice(rest.indexOf(END));
  const sections = program.commands.map(described);
  return `${before}${START}\n${sections.join("\n")}\n${after}`;
}

function described(command: Command): string {
  const words = command.registeredArguments.map((argument) => row(wordOf(argument), argument));
  const options = command.options.map((option) => row(option.flags, option));
  const tables = tableOf("argument", words) + tableOf("option", options);
  return `### ${calls(command)}\n\n${capital(command.description())}.\n${tables}`;
}

function row(name: string, { description, defaultValue }: Argument | Option): string {
  return `| \`${name}\` | ${escaped(description)}${byDefault(defaultValue)} |`;
}

function tableOf(title: string, rows: readonly string[]): string {
  return rows.length === 0 ? "" : `\n| ${title} | |\n|---|---|\n${rows.join("\n")}\n`;
}

/** `npm run up -- <stack>`. */
function calls(command: Command): string {
  const name = command.name();
  const start = name === "start" || name === "test" ? `npm ${name}` : `npm run ${name}`;
  const words = command.registeredArguments.map((argument) =>
    wordOf(argument).replace("<", "&lt;").replace(">", "&gt;"),
  );
  return words.length === 0 ? start : `${start} -- ${words.join(" ")}`;
}

/** `<stack>`, or `[stack]` if it may be left out. */
function wordOf(argument: Argument): string {
  const text = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${text}>` : `[${text}]`;
}

const byDefault = (value: unknown) => (typeof value === "string" ? ` (default: ${value})` : "");
const escaped = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
const capital = (text: string) => text.charAt(0).toUpperCase() + escaped(text.slice(1));
