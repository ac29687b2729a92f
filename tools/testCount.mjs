// @ts-check
/** Prints `N passed, N failed` (`, N skipped`) from vitest's JSON report: `node tools/testCount.mjs <report>`. */
import { existsSync, readFileSync } from "node:fs";

const [file = ""] = process.argv.slice(2);
if (!existsSync(file)) {
  console.error(`There is no test report ${file}: the tests did not run.`);
  process.exit(1);
}
const { numPassedTests, numFailedTests, numPendingTests, success } = JSON.parse(readFileSync(file, "utf8"));
const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
console.log(`${numPassedTests} passed, ${numFailedTests} failed${skipped}`);
process.exitCode = success ? 0 : 1;
