import { describe, expect, it } from "vitest";
import { stateDifference, statefulNodes } from "../../provider/flink/plan.ts";

/** As Flink 1.20 explains a count over the last rows; only the execution plan matters. */
const explained = ({
  condition = "(usage > 80)",
  bound = "UNBOUNDED",
  sink = "counts",
  over = true,
} = {}) => {
  const aggregate = `OverAggregate(partitionBy=[host], orderBy=[$1 ASC], window=[ ROWS BETWEEN ${bound} PRECEDING AND CURRENT ROW], select=[$0, $1, COUNT(*) AS w0$o0])`;
  return `== Abstract Syntax Tree ==
LogicalSink(table=[default_catalog.default_database.${sink}], fields=[EXPR$0, EXPR$1])
+- LogicalProject(EXPR$0=[+($0, 10)], EXPR$1=[COUNT(*) OVER (ORDER BY PROCTIME() NULLS FIRST)])

== Optimized Physical Plan ==
Sink(table=[default_catalog.default_database.${sink}], fields=[$0, $1])
+- ${aggregate}

== Optimized Execution Plan ==
Sink(table=[default_catalog.default_database.${sink}], fields=[$0, $1])
+- Calc(select=[$0, w0$o0 AS $1])
   +- ${over ? aggregate : "Union(all=[true], union=[$0, $1])"}
      +- Exchange(distribution=[hash[host]])
         +- Calc(select=[(v + 10) AS $0, PROCTIME() AS $1], where=[${condition}])
            +- TableSourceScan(table=[[default_catalog, default_database, numbers]], fields=[v])
`;
};

const joined = (left: string) => `== Optimized Execution Plan ==
Sink(table=[default_catalog.default_database.s], fields=[a], upsertMaterialize=[true])
+- Join(joinType=[InnerJoin], where=[(a = b)], select=[a, b])
   :- Exchange(distribution=[hash[a]])
   :  +- GlobalWindowAggregate(groupBy=[a], window=[TUMBLE(slice_end=[$slice_end], size=[${left}])], select=[a])
   :     +- LocalWindowAggregate(groupBy=[a], window=[TUMBLE(time_col=[t], size=[${left}])], select=[a])
   :        +- WatermarkAssigner(rowtime=[t], watermark=[(t - 10000:INTERVAL SECOND)])
   +- Exchange(distribution=[hash[b]])(reuse_id=[1])
`;

describe("the nodes of a plan that keep state", () => {
  it("are all nodes except those that only pass rows on, in order", () => {
    expect(statefulNodes(explained()).map((node) => node.split("(")[0])).toEqual(["OverAggregate"]);
    expect(statefulNodes(joined("30 s")).map((node) => node.split("(")[0])).toEqual([
      "Sink",
      "Join",
      "GlobalWindowAggregate",
      "LocalWindowAggregate",
    ]);
  });
});

describe("the state of a plan", () => {
  it.each<[string, string, string]>([
    ["another condition before it", explained(), explained({ condition: "(usage > 90)" })],
    ["another sink", explained(), explained({ sink: "others" })],
    ["nothing", joined("30 s"), joined("30 s")],
  ])("fits a plan in which %s has changed", (_, former, wanted) => {
    expect(stateDifference(former, wanted)).toBeUndefined();
  });

  it.each<[string, string, string, RegExp]>([
    [
      "another OVER bound",
      explained(),
      explained({ bound: "3" }),
      /^its plan had OverAggregate.*UNBOUNDED.* where it now has OverAggregate.*3 PRECEDING/,
    ],
    ["another size of window", joined("30 s"), joined("60 s"), /GlobalWindowAggregate.*30 s.*60 s/],
    [
      "no operator with state any more",
      explained(),
      explained({ over: false }),
      / where it now has nothing$/,
    ],
    [
      "an operator with state that is new",
      explained({ over: false }),
      explained(),
      /^its plan had nothing where /,
    ],
  ])("does not fit a plan with %s", (_, former, wanted, words) => {
    expect(stateDifference(former, wanted)).toMatch(words);
  });
});
