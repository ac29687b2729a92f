import { UserError } from "../../lib/userError.ts";

/** An engine that is not there, or does not let us in; its message says what to do. */
export class DockerUnreachable extends UserError {}

/** An engine that is there, but refuses a request; its message says what to do. */
export class DockerRefusal extends UserError {
  constructor(
    address: string,
    readonly status: number,
    /** In the engine's words. */
    readonly reason: string,
  ) {
    super(
      `the Docker engine at ${address} is there, but refuses an answer (${reason}): see what it logs, or name another engine by docker.host`,
    );
  }
}

/** What is wrong with an engine that does not answer, and what to do. */
export function unreachable(address: string, error: NodeJS.ErrnoException): DockerUnreachable {
  const at = `the Docker engine at ${address}`;
  const other = "or name another engine by docker.host";
  const known: Record<string, string> = {
    ENOENT: address.startsWith("ssh:")
      ? `there is no ssh on this machine, by which ${at} would be reached: install OpenSSH's client, ${other}`
      : `there is no Docker engine at ${address}: install Docker (https://docs.docker.com/engine/install/) and start it, ${other}`,
    EACCES: `this user may not use ${at}: join the group docker (sudo usermod -aG docker $USER, then log in anew), run Docker rootless (https://docs.docker.com/engine/security/rootless/), ${other}`,
    ECONNREFUSED: `${at} does not run: start it (sudo systemctl start docker, or Docker Desktop), ${other}`,
  };
  const unknown = `${at} does not answer (${error.message}): see that it runs and that this machine reaches it, ${other}`;
  return new DockerUnreachable(known[error.code ?? ""] ?? unknown);
}
