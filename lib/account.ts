import { readFileSync } from "node:fs";

/** A user and group of this machine. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Looks a user up, for servers that refuse to run as root.
 *
 * @throws when this machine has no such user
 */
export function accountOf(user: string): Account {
  // passwd(5): name:password:uid:gid:…
  const fields = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .find(([name]) => name === user);
  if (fields === undefined) throw new Error(`runAs: this machine has no user "${user}"`);
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}
