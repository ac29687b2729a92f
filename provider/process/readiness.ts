import { execFile } from "node:child_process";
import { connect } from "node:net";
import { callHttp } from "../../lib/http.ts";

/** How to check that a server is ready. Exactly one of the three must be given. */
export interface Readiness {
  /** A port of 127.0.0.1 accepts a connection. */
  readonly tcp?: number;
  /** A GET answers with a status of 200 to 299. */
  readonly http?: string;
  /** A command exits with 0. */
  readonly command?: readonly string[];
}

const ATTEMPT_MS = 2_000;

/** Checks once. */
export function isReady(readiness: Readiness): Promise<boolean> {
  if (readiness.tcp !== undefined) return accepts(readiness.tcp);
  if (readiness.http !== undefined) return answers(readiness.http);
  return succeeds(readiness.command ?? []);
}

/** The readiness check in words, for messages. */
export function describeReadiness(readiness: Readiness): string {
  if (readiness.tcp !== undefined) return `a connection to 127.0.0.1:${readiness.tcp}`;
  if (readiness.http !== undefined) return `an answer from ${readiness.http}`;
  return `success of ${readiness.command?.join(" ")}`;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: ATTEMPT_MS });
    const settle = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.once("connect", () => settle(true));
    socket.once("timeout", () => settle(false));
    socket.once("error", () => settle(false));
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await callHttp(url, { deadline: ATTEMPT_MS })).isOk;
  } catch {
    return false;
  }
}

function succeeds([program = "false", ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: ATTEMPT_MS }, (error) => resolve(error === null));
  });
}
