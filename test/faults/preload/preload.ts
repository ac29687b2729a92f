import { execFile } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** As preload.c has them. */
const ROUTES = 16;
const ROUTE_BYTES = 4;

/** What is preloaded into servers of a stack: it leads their connections through proxies. */
export class Preload {
  #routes = 0;
  readonly #orders: number;

  private constructor(private readonly folder: string) {
    // Whoever maps it needs all of it.
    writeFileSync(this.#file, Buffer.alloc(ROUTES * ROUTE_BYTES));
    this.#orders = openSync(this.#file, "r+");
  }

  /** @throws if it cannot be compiled here, with the reason */
  static async compile(): Promise<Preload> {
    if (process.platform !== "linux") throw new Error("this is not Linux");
    const folder = mkdtempSync(join(tmpdir(), "streaming-preload-"));
    const source = join(import.meta.dirname, "preload.c");
    try {
      await promisify(execFile)("gcc", ["-O2", "-shared", "-fPIC", source, "-o", join(folder, "preload.so")]);
    } catch (error) {
      rmSync(folder, { recursive: true });
      throw new Error(`gcc cannot compile preload.c: ${(error as Error).message.trim()}`);
    }
    return new Preload(folder);
  }

  get #file(): string {
    return join(this.folder, "orders");
  }

  /** Of a server whose connections are led through proxies. */
  get environment(): Record<string, string> {
    return { LD_PRELOAD: join(this.folder, "preload.so"), FAULTS_ORDERS: this.#file };
  }

  /** From now on a connection to a port of 127.0.0.1 is one to the proxy's port. */
  route(port: number, proxy: number): void {
    const ports = new Uint16Array([port, proxy]);
    writeSync(this.#orders, ports, 0, ROUTE_BYTES, this.#routes++ * ROUTE_BYTES);
  }

  remove(): void {
    closeSync(this.#orders);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
