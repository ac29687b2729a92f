/**
 * Nodes of a plan that keep no state between rows.
 * Names: https://github.com/apache/flink/tree/release-1.20/flink-table/flink-table-planner/src/main/java/org/apache/flink/table/planner/plan/nodes/exec/stream
 */
const STATELESS = new Set([
  "Calc",
  "Correlate",
  "DataStreamScan",
  "DropUpdateBefore",
  "Exchange",
  "Expand",
  "LookupJoin",
  "Reused",
  "Sink",
  "TableSourceScan",
  "Union",
  "Values",
  "WatermarkAssigner",
  "WindowTableFunction",
]);

/** A line with a node: `:  +- Calc(select=[a])`, or `Calc(select=[a])(reuse_id=[1])`. */
const NODE = /^[\s:+-]*((\w+)\(.*)$/;

/**
 * The nodes of a plan that keep state, in order, each with its parameters.
 *
 * Flink restores an operator's state by its place in the plan. An operator with a longer window, or a pattern of more
 * rows, has the same place: it would take over state that does not fit and silently produce wrong results.
 *
 * @param explained the output of EXPLAIN for a statement
 */
export function statefulNodes(explained: string): string[] {
  const [, plan = ""] = explained.split("== Optimized Execution Plan ==");
  return plan.split("\n").flatMap((line) => {
    const [, node = "", name = ""] = NODE.exec(line) ?? [];
    const keepsState = !STATELESS.has(name) || node.includes("upsertMaterialize=[true]");
    return name !== "" && keepsState ? [node] : [];
  });
}

/**
 * Explains why the state of one plan does not fit another.
 *
 * @returns the first node that differs, in words; undefined if all are the same
 */
export function stateDifference(former: string, wanted: string): string | undefined {
  const [before, after] = [statefulNodes(former), statefulNodes(wanted)];
  const count = Math.max(before.length, after.length);
  const first = Array.from({ length: count }, (_, index) => index).find((at) => before[at] !== after[at]);
  if (first === undefined) return undefined;
  return `its plan had ${before[first] ?? "nothing"} where it now has ${after[first] ?? "nothing"}`;
}
