// @ts-check
// In old syntax, as tools/entry.cjs: an old Node must get as far as the message about its version.
// biome-ignore-all lint: newer syntax would be shorter.

/** @type {string} */
var needed = require("../package.json").engines.node;

/**
 * Whether a version such as `20.19.1` is in a range as in the `engines` of a package.json, such as `^20.19 || >=24`.
 * @param {string} version
 * @param {string} range
 */
function fits(version, range) {
  var actual = version.split(".").map(Number);
  return range.split("||").some(function (part) {
    var bounds = part.replace(/(\^|>=)\s+/g, "$1").trim();
    return bounds.split(/\s+/).every(function (bound) {
      return isWithin(actual, bound);
    });
  });
}

/**
 * @param {number[]} actual
 * @param {string} bound such as `^20.19.0`, `>=24` or `18.x`
 */
function isWithin(actual, bound) {
  var match = /^(\^|>=|)(\d+)(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?$/.exec(bound);
  if (match === null) throw new Error('"' + bound + '" is not a range of versions that this check can read.');
  var differences = match.slice(2).map(function (wanted, index) {
    return /^\d+$/.test(wanted || "") ? Number(actual[index]) - Number(wanted) : 0;
  });
  var first = differences.filter(Boolean)[0] || 0;
  if (match[1] === "") return first === 0;
  return first >= 0 && (match[1] === ">=" || differences[0] === 0);
}

/**
 * The range in words: `20 (20.19 or newer), or 24 or newer`.
 * @param {string} range
 */
function inWords(range) {
  var parts = range.split("||").map(function (part) {
    var match = /(\^|>=)((\d+)\.\d+)/.exec(part) || [];
    return match[1] === "^" ? match[3] + " (" + match[2] + " or newer)" : match[3] + " or newer";
  });
  return parts
    .slice(0, -1)
    .concat("or " + parts[parts.length - 1])
    .join(", ");
}

/**
 * What is wrong with a version of Node; undefined if nothing is.
 * @param {string} version
 */
function nodeProblem(version) {
  if (fits(version, needed)) return undefined;
  var allowed = "Node " + inWords(needed) + " (https://nodejs.org/en/download)";
  return "Node " + version + " cannot run this project: it needs " + allowed + ".";
}

exports.needed = needed;
exports.fits = fits;
exports.inWords = inWords;
exports.nodeProblem = nodeProblem;
