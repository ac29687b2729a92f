// @ts-check
import { inWords, needed } from "./nodeVersion.cjs";

/**
 * What to do about a failure of npm.
 *
 * @param {string} output what npm printed
 * @param {string | null} [signal] the signal that ended npm
 */
export function adviceOn(output, signal) {
  if (output.includes("EBADENGINE")) {
    return `A package cannot run on Node ${process.versions.node} (EBADENGINE): take Node ${inWords(needed)} (https://nodejs.org/en/download).`;
  }
  // npm only warns of files that it could not unpack, and then fails with another code.
  const [full] = /\b(ENOSPC|EDQUOT)\b/.exec(output) ?? [];
  if (full !== undefined) return `The disk is full (${full}): make room for node_modules and npm's cache.`;
  const [, forbidden] = /^npm \S+ code (EACCES|EPERM|EROFS)$/m.exec(output) ?? [];
  if (forbidden !== undefined) {
    return `npm may not write to the folder or the cache that is named above (${forbidden}): run the command as the user to whom that belongs, or let this user write there.`;
  }
  const killedBy = signal ?? /^npm \S+ signal (SIG\w+)$/m.exec(output)?.[1];
  if (killedBy !== undefined) {
    return `npm, or a script that it ran, was killed (${killedBy}), often for lack of memory: end other programs.`;
  }
  return (
    "Check that this machine can reach the package registry that `npm config get registry` shows. " +
    "Behind a proxy: npm config set https-proxy <address>."
  );
}
