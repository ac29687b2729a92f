// @ts-check
// CommonJS: in a path with a backslash, Node cannot run ES modules, and does not say why.
const { dirname } = require("node:path");

if (__dirname.includes("\\")) {
  console.error(
    `The project is in ${dirname(__dirname)}, whose name has a backslash (\\): Node cannot run programs there. Rename it.`,
  );
  process.exit(1);
}
import("./run.mjs");
