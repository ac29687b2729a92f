import type { BehindView } from "../view.ts";
import { clock, duration, number } from "./format.ts";
import type { State } from "./store.ts";

/** Whether all is well, and if not, what is wrong and the command that helps. */
export interface Verdict {
  readonly level: "good" | "warn" | "bad" | "unknown";
  readonly title: string;
  readonly text?: string;
  readonly help?: string;
}

/** The most important thing to report. */
export function verdictOf({ link, sections: { status }, now }: State): Verdict {
  if (link.state === "lost") {
    const since = duration(Date.now() - link.since);
    const text = `The page's server has not answered for ${since}. What is shown is from then.`;
    return { level: "bad", title: "Disconnected.", text, help: `npm run up -- ${status?.stack ?? "local"}` };
  }
  if (link.state === "refused") return { level: "bad", title: "Not connected.", text: link.problem };
  if (status === undefined) return { level: "unknown", title: "Connecting …" };
  // What a tab shows that was hidden may be hours old.
  if (link.state === "connecting") {
    return {
      level: "unknown",
      title: "Connecting …",
      text: `What is shown is from ${clock(now, Date.now())}.`,
    };
  }
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
  if (silent > status.noReadingsAfterMs && status.isCatchingUp) {
    const text = `The page is still reading earlier readings, and has reached ${clock(now - silent, now)}.`;
    return { level: "unknown", title: "Catching up.", text };
  }
  if (silent > status.noReadingsAfterMs) {
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
  const [behind, ...further] = status.behind;
  if (behind !== undefined) return delayed(behind, further, status.stack, now);
  return { level: "good", title: "All well" };
}

/** Pipelines that are behind: whether the furthest behind catches up, and if not, what holds it up. */
function delayed(worst: BehindView, others: readonly BehindView[], stack: string, now: number): Verdict {
  const { pipeline, messages, seconds, leftSeconds, reachedAt, cause } = worst;
  const reached = reachedAt === null ? "" : `, and has reached ${clock(reachedAt, now)}`;
  const also = others.length === 0 ? "" : ` Also behind: ${others.map((each) => each.pipeline).join(", ")}.`;
  if (leftSeconds !== null || cause === "start") {
    const pace =
      leftSeconds === null
        ? ""
        : ` It takes about ${duration(Math.max(leftSeconds, 1) * 1_000)} at this pace.`;
    const text = `${pipeline} still has ${number(messages)} earlier messages to read${reached}.${pace}${also}`;
    return { level: "unknown", title: "Catching up.", text };
  }
  const text = `${pipeline} does not catch up: ${number(messages)} messages, ${duration(seconds * 1_000)} behind${reached}.${also}`;
  return { level: "warn", title: "Behind.", ...wayOut(worst, stack, text) };
}

/** What holds a pipeline up, and what helps. */
function wayOut({ cause, output }: BehindView, stack: string, text: string): Pick<Verdict, "text" | "help"> {
  const look = `npm run status -- ${stack}`;
  switch (cause) {
    case "output":
      return {
        text: `${text} It is held up by its output, ${output}. To check that:`,
        help: look,
      };
    case "busy": {
      const setting = `Raise flink.parallelism in Pulumi.${stack}.yaml (at most to kafka.partitions), then:`;
      return { text: `${text} It is busy all the time. ${setting}`, help: `npm run up -- ${stack}` };
    }
    case "checkpoint":
      return {
        text: `${text} It has not completed a checkpoint lately, and commits only with checkpoints:`,
        help: look,
      };
    default:
      return { text: `${text} To see what Flink says:`, help: look };
  }
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
