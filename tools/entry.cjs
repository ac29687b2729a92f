// @ts-check
// CommonJS: in a folder with a backslash in its path, Node runs no ES module, and does not say why.
const { dirname } = require("node:path");

if (__dirname.includes("\\")) {
  console.error(
    `The project lies in ${dirname(__dirname)}, whose name has a backslash (\\): Node runs no program there. Rename it.`,
  );
  process.exit(1);
}
import("./run.mjs");
