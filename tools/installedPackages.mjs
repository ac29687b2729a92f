// @ts-check
import { readdirSync } from "node:fs";
import { fits } from "./nodeVersion.cjs";

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[],
 *   engines?: { node?: string } }} Package
 * @typedef {{ packages?: Record<string, Package> }} Lock a package-lock.json
 */

/** @typedef {{ os: string, cpu: string, libc: string, node: string }} Machine */

/**
 * What decides which packages npm installs: a folder may be shared by a Mac and a container, or by two of these.
 * @returns {Machine}
 */
export function machine() {
  const { platform, arch, versions } = process;
  return { os: platform, cpu: arch, libc: platform === "linux" ? libc() : "", node: versions.node };
}

/** The C library: musl has its loader in a fixed place. */
function libc() {
  try {
    return readdirSync("/lib").some((name) => name.startsWith("ld-musl-")) ? "musl" : "glibc";
  } catch {
    return "glibc";
  }
}

/**
 * Whether npm has installed exactly what a machine needs.
 *
 * @param {Lock} wanted package-lock.json
 * @param {Lock} installed node_modules/.package-lock.json, which npm writes once everything is installed
 * @param {Machine} on
 */
export function isComplete(wanted, installed, on = machine()) {
  const { "": _project, ...packages } = wanted.packages ?? {};
  const needed = Object.entries(packages).filter(([, one]) => !one.optional || suits(one, on));
  const present = installed.packages ?? {};
  return (
    needed.length === Object.keys(present).length &&
    needed.every(([name, { version, integrity }]) => {
      const found = present[name];
      return found?.version === version && found?.integrity === integrity;
    })
  );
}

/** Whether npm installs an optional package on a machine. */
function suits(/** @type {Package} */ { os, cpu, libc, engines }, /** @type {Machine} */ on) {
  const isListed = (/** @type {string[] | undefined} */ list, /** @type {string} */ value) =>
    list === undefined || list.includes(value);
  return (
    isListed(os, on.os) &&
    isListed(cpu, on.cpu) &&
    isListed(libc, on.libc) &&
    fits(on.node, engines?.node ?? ">=0")
  );
}
