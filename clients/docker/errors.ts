import { UserError } from "../../lib/userError.ts";

/** The engine does not answer or denies access. The message says what to do. */
export class DockerUnreachable extends UserError {}

/** The engine refuses a request. The message says what to do. */
export class DockerRefusal extends UserError {
  constructor(
    address: string,
    readonly status: number,
    /** The engine's own message. */
    readonly reason: string,
  ) {
    super(
      status >= 500
        ? `the Docker engine at ${address} refuses to answer (${reason}): check its log, or set docker.host to another engine`
        : `the Docker engine at ${address} refuses a request (${reason}): ${ADVICE[status] ?? "correct what it names"}`,
    );
  }
}

/** What helps, by status. */
const ADVICE: Readonly<Record<number, string>> = {
  401: "ask whoever runs it for access, or set docker.host to another engine",
  403: "ask whoever runs it for this permission, or set docker.host to another engine",
  404: "it may just have been removed: try again",
  409: "end what uses it or changes it, then try again",
};

/** Explains why an engine does not answer and what to do. */
export function unreachable(address: string, error: NodeJS.ErrnoException): DockerUnreachable {
  const at = `the Docker engine at ${address}`;
  const other = "or set docker.host to another engine";
  const known: Record<string, string> = {
    ENOENT: address.startsWith("ssh:")
      ? `this machine has no ssh, which is needed to reach ${at}: install the OpenSSH client, ${other}`
      : `there is no Docker engine at ${address}: install Docker (https://docs.docker.com/engine/install/) and start it, ${other}`,
    EACCES: `this user has no access to ${at}: join the group docker (sudo usermod -aG docker $USER, then log in again), run Docker rootless (https://docs.docker.com/engine/security/rootless/), ${other}`,
    ECONNREFUSED: `${at} is not running: start it (sudo systemctl start docker, or Docker Desktop), ${other}`,
  };
  const unknown = `${at} does not answer (${error.message}): check that it runs and that this machine can reach it, ${other}`;
  return new DockerUnreachable(known[error.code ?? ""] ?? unknown);
}
