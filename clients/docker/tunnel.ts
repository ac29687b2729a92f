import { spawn } from "node:child_process";
import { Duplex } from "node:stream";

export interface Tunnel {
  readonly connection: Duplex;
  /** Ends ssh; the result is the reason if it had already failed. */
  close(): Promise<Error | undefined>;
}

/**
 * An ssh connection to another machine's engine, made as the docker command makes it; it never prompts.
 *
 * @param address ssh://<user>@<host>
 */
export function openTunnel(address: string): Tunnel {
  const options = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=10"];
  const ssh = spawn("ssh", [...options, address, "docker", "system", "dial-stdio"]);
  let said = "";
  ssh.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const ended = new Promise<Error | undefined>((resolve) => {
    ssh.once("error", resolve);
    ssh.once("close", (code) =>
      resolve(code ? new Error(said.trim() || `ssh exited with code ${code}`) : undefined),
    );
  });
  const connection = new Duplex({
    read: () => void ssh.stdout.resume(),
    // If it fails, the connection ends, and `close` returns why.
    write: (chunk, _encoding, done) => void ssh.stdin.write(chunk, () => done()),
    final: (done) => void ssh.stdin.end(() => done()),
  });
  ssh.stdout.on("data", (chunk) => connection.push(chunk) || ssh.stdout.pause());
  ssh.stdout.once("end", () => connection.push(null));
  ssh.stdin.on("error", () => undefined);
  const self = () => connection;
  // The methods that an HTTP client calls on a socket.
  Object.assign(connection, {
    setTimeout: self,
    setKeepAlive: self,
    setNoDelay: self,
    ref: self,
    unref: self,
  });
  return {
    connection,
    close: () => {
      // If ssh has failed, gives it time to report why.
      setTimeout(() => ssh.kill(), 200).unref();
      return ended;
    },
  };
}
