import { createHash } from "node:crypto";
import { join, resolve } from "node:path";

/** The project's folder. */
export const projectDirectory = resolve(import.meta.dirname, "../..");

/** Where the servers of one stack keep their data and logs. */
export class StackFolders {
  /** @param directory absolute, the stack's own */
  constructor(readonly directory: string) {}

  get logs(): string {
    return join(this.directory, "logs");
  }

  data(server: string): string {
    return join(this.directory, server);
  }

  log(server: string): string {
    return join(this.logs, `${server}.log`);
  }

  /**
   * The data folder of a server that runs as another user where we are root: this project may lie in a home
   * folder which that user cannot enter.
   */
  dataOfOtherUser(server: string): string {
    const key = createHash("sha256").update(this.data(server)).digest("hex").slice(0, 12);
    return `/var/lib/streaming-anomaly-detection/${server}-${key}`;
  }
}
