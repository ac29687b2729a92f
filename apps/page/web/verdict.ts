import { duration } from "./format.ts";
import type { State } from "./store.ts";

/** Without readings for this long, the page says so. */
const NO_READINGS_MS = 8_000;

/** Whether all is well, and if not, what is wrong and the command that helps. */
export interface Verdict {
  readonly level: "good" | "warn" | "bad" | "unknown";
  readonly title: string;
  readonly text?: string;
  readonly help?: string;
}

/** The most important thing that there is to say. */
export function verdictOf({ link, sections: { status }, now, paused }: State): Verdict {
  if (link.state === "lost") {
    const since = duration(Date.now() - link.since);
    const text = `The page's server has not answered for ${since}. What is shown is from then.`;
    return { level: "bad", title: "Disconnected.", text, help: `npm run up -- ${status?.stack ?? "local"}` };
  }
  if (status === undefined) return { level: "unknown", title: "Connecting …" };
  const [down, ...others] = status.parts.filter(({ state }) => state === "down");
  if (down !== undefined) {
    const more = others.length === 0 ? "" : ` Also: ${others.map(({ name }) => name).join(", ")}.`;
    return {
      level: "bad",
      title: `${capital(down.name)}:`,
      text: `${down.problem ?? "down"}.${more}`,
      ...(down.help !== undefined && { help: down.help }),
    };
  }
  const silent = status.newestReadingAt === null ? undefined : now - status.newestReadingAt;
  if (silent === undefined) {
    const help = `npm run generate -- --stack ${status.stack}`;
    return { level: "warn", title: "No readings yet.", text: "Send some:", help };
  }
  if (silent > NO_READINGS_MS) {
    const text = `The newest came ${duration(silent)} ago. To send some:`;
    return {
      level: "warn",
      title: "No readings.",
      text,
      help: `npm run generate -- --stack ${status.stack}`,
    };
  }
  if (status.parts.some(({ state }) => state === "not known"))
    return { level: "unknown", title: "Looking …" };
  return { level: "good", title: "All well", ...(paused && { text: "· paused" }) };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
