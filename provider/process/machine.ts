import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** A machine: its name, and an id that stays the same if the name changes. The id is derived for this project only. */
export interface Machine {
  readonly name: string;
  readonly id: string;
}

/** This machine; undefined if it has no id of its own, as in some containers. */
export function thisMachine(): Machine | undefined {
  const id = (process.platform === "linux" ? linuxId() : darwinId())?.trim();
  if (!id) return undefined;
  // machine-id(5) asks not to expose it as it is.
  const own = createHash("sha256").update(`streaming-anomaly-detection ${id}`).digest("hex").slice(0, 16);
  return { name: hostname(), id: own };
}

/**
 * Process ids, folders and ports mean nothing on another machine: if two machines shared a state, each would consider
 * the other's servers dead.
 *
 * @throws if the server runs on another machine
 */
export function requireSameMachine(what: string, machine: Machine | undefined, here = thisMachine()): void {
  if (machine === undefined || here === undefined || machine.id === here.id) return;
  throw new Error(
    `${what} belongs to another machine, ${machine.name}; this is ${here.name}. Both keep their state in the same ` +
      "place. Give this machine's stack its own name or state (the setting backend), or run the command on " +
      `${machine.name}. If that machine is gone for good, \`pulumi stack rm --force\` forgets the stack.`,
  );
}

function linuxId(): string | undefined {
  try {
    return readFileSync("/etc/machine-id", "utf8");
  } catch {
    return undefined;
  }
}

function darwinId(): string | undefined {
  try {
    const text = execFileSync("ioreg", ["-rd1", "-c", "IOPlatformExpertDevice"], { encoding: "utf8" });
    return /"IOPlatformUUID" = "([^"]+)"/.exec(text)?.[1];
  } catch {
    return undefined;
  }
}
