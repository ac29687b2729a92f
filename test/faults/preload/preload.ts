import { execFile } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheDirectory } from "../../../setup/cache.ts";
import { javaExecutable } from "../../../tools/prerequisites.mjs";

/** The same values as in preload.c. */
const ROUTES = 16;
const STEP_BYTES = 8;
const ROUTE_BYTES = 4;

/**
 * Always in one place, so that Java finds its class archives again, which depend on the path. Only one run with
 * such faults is therefore possible at a time.
 */
const folder = join(cacheDirectory(), "faults");
const library = join(folder, "preload.so");
const orders = join(folder, "orders");

/** A Java that preloads it into every server and redirects only Flink through proxies. */
const java = () => `#!/bin/sh
export LD_PRELOAD='${library}' FAULTS_ORDERS='${orders}'
case "$*" in *org.apache.flink.*) export FAULTS_PROXIES=1 ;; esac
exec '${javaExecutable()}' "$@"
`;

/** The library preloaded into a stack's Java servers: it redirects connections through proxies and steps the clock. */
export class Preload {
  #routes = 0;
  readonly #orders: number;

  private constructor() {
    // Every process that maps it needs the whole file.
    writeFileSync(orders, Buffer.alloc(STEP_BYTES + ROUTES * ROUTE_BYTES));
    this.#orders = openSync(orders, "r+");
    mkdirSync(join(folder, "java/bin"), { recursive: true });
    writeFileSync(join(folder, "java/bin/java"), java(), { mode: 0o755 });
  }

  /** @throws if it cannot be compiled here, with the reason */
  static async compile(): Promise<Preload> {
    if (process.platform !== "linux") throw new Error("this is not Linux");
    mkdirSync(folder, { recursive: true });
    const source = join(import.meta.dirname, "preload.c");
    try {
      await promisify(execFile)("gcc", ["-O2", "-shared", "-fPIC", source, "-o", library]);
    } catch (error) {
      rmSync(folder, { recursive: true });
      throw new Error(`gcc cannot compile preload.c: ${(error as Error).message.trim()}`);
    }
    return new Preload();
  }

  /** The environment of commands that start a stack. */
  get environment(): Record<string, string> {
    return { JAVA_HOME: join(folder, "java") };
  }

  /** From now on, connections to this port of 127.0.0.1 go to the proxy's port. */
  route(port: number, proxy: number): void {
    const ports = new Uint16Array([port, proxy]);
    writeSync(this.#orders, ports, 0, ROUTE_BYTES, STEP_BYTES + this.#routes++ * ROUTE_BYTES);
  }

  /** Makes the clocks differ from the machine's by this many seconds. */
  stepClocks(seconds: number): void {
    writeSync(this.#orders, new BigInt64Array([BigInt(seconds)]), 0, STEP_BYTES, 0);
  }

  remove(): void {
    closeSync(this.#orders);
    rmSync(folder, { recursive: true, force: true });
  }
}
