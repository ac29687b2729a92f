// @ts-check
import { inWords, needed } from "./nodeVersion.cjs";

/** What to do about a failure of npm. @param {string} output what npm printed */
export function adviceOn(output) {
  if (output.includes("EBADENGINE")) {
    return `A package cannot run on Node ${process.versions.node} (EBADENGINE): take Node ${inWords(needed)} (https://nodejs.org/en/download).`;
  }
  return (
    "Check that this machine can reach the package registry that `npm config get registry` shows. " +
    "Behind a proxy: npm config set https-proxy <address>."
  );
}
