// @ts-check
// CommonJS: in a path with a backslash, Node cannot run ES modules, and does not say why. In old syntax: an old Node must
// get as far as the message about its version.
// biome-ignore-all lint: newer syntax would be shorter.
var dirname = require("path").dirname;

/** @param {string} text */
function fail(text) {
  console.error(text);
  process.exit(1);
}

if (/\\/.test(__dirname)) {
  var name = dirname(__dirname) + ", whose name has a backslash (\\)";
  fail("The project is in " + name + ": Node cannot run programs there. Rename it.");
}
var problem = require("./nodeVersion.cjs").nodeProblem(process.versions.node);
if (problem !== undefined) fail(problem);
import("./run.mjs");
