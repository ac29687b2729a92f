import { describe, expect, it } from "vitest";
import { javaCause } from "../../clients/flink/javaCause.ts";

// As reported by Flink 1.20, with most of the frames left out.
const GATEWAY = `Internal server error.
<Exception on server side:
org.apache.flink.table.gateway.api.utils.SqlGatewayException: org.apache.flink.table.gateway.api.utils.SqlGatewayException: Failed to fetchResults.
	at org.apache.flink.table.gateway.rest.handler.statement.FetchResultsHandler.handleRequest(FetchResultsHandler.java:91)
	at java.base/java.lang.Thread.run(Thread.java:840)
Caused by: org.apache.flink.table.gateway.service.utils.SqlExecutionException: Failed to execute the operation 01f96413-a209-46c8-ad71-a3e7addf1cd0.
	at org.apache.flink.table.gateway.service.operation.OperationManager$Operation.processThrowable(OperationManager.java:414)
	... 1 more
`;
const END = `
End of exception on server side>`;

const COLUMN = `${GATEWAY}Caused by: org.apache.flink.table.api.ValidationException: SQL validation failed. At line 1, column 22: Column 'w' not found in any table
	at org.apache.flink.table.planner.calcite.FlinkPlannerImpl.validate(FlinkPlannerImpl.scala:117)
	... 7 more
Caused by: org.apache.calcite.runtime.CalciteContextException: At line 1, column 22: Column 'w' not found in any table
	at java.base/jdk.internal.reflect.NativeConstructorAccessorImpl.newInstance0(Native Method)
	... 18 more
Caused by: org.apache.calcite.sql.validate.SqlValidatorException: Column 'w' not found in any table
	at java.base/jdk.internal.reflect.NativeConstructorAccessorImpl.newInstance0(Native Method)
	... 39 more
${END}`;

const SYNTAX = `${GATEWAY}Caused by: org.apache.flink.sql.parser.impl.ParseException: Encountered "SECRET" at line 1, column 96.
Was expecting one of:
    "UESCAPE" ...
    <QUOTED_STRING> ...
    ")" ...
    "," ...
    
	at org.apache.flink.sql.parser.impl.FlinkSqlParserImpl.generateParseException(FlinkSqlParserImpl.java:50082)
	... 14 more
${END}`;

const OPTIONS = `${GATEWAY}Caused by: org.apache.flink.table.api.ValidationException: Unable to create a source for reading table 'default_catalog.default_database.S'.

Table options are:

'connector'='jdbc'
'password'='******'
	at org.apache.flink.table.factories.FactoryUtil.createDynamicTableSource(FactoryUtil.java:234)
	... 7 more
Caused by: org.apache.flink.table.api.ValidationException: One or more required options are missing.

Missing required options are:

table-name
	at org.apache.flink.table.factories.FactoryUtil.validateFactoryOptions(FactoryUtil.java:690)
	... 35 more
${END}`;

const TOPIC = `org.apache.flink.util.FlinkException: Global failure triggered by OperatorCoordinator for 'Source: numbers[250] -> nothing[251]: Writer' (operator cbc357ccb763df2852fee8c4fc7d55f2).
	at org.apache.flink.runtime.operators.coordination.OperatorCoordinatorHolder$LazyInitializedCoordinatorContext.failJob(OperatorCoordinatorHolder.java:651)
Caused by: org.apache.flink.util.FlinkRuntimeException: Failed to list subscribed topic partitions due to 
	at org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumerator.checkPartitionChanges(KafkaSourceEnumerator.java:248)
	... 6 more
Caused by: java.lang.RuntimeException: Failed to get metadata for topics [no_such_topic_c800a183].
	at org.apache.flink.connector.kafka.source.enumerator.subscriber.KafkaSubscriberUtils.getTopicMetadata(KafkaSubscriberUtils.java:65)
	... 3 more
Caused by: java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host this topic-partition.
	at java.base/java.util.concurrent.CompletableFuture.reportGet(CompletableFuture.java:396)
	... 9 more
Caused by: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host this topic-partition.
`;

const NOT_FOUND = `org.apache.flink.runtime.rest.NotFoundException: Job 00000000000000000000000000000000 not found
	at org.apache.flink.runtime.rest.handler.job.AbstractExecutionGraphHandler.lambda$handleRequest$1(AbstractExecutionGraphHandler.java:99)
	at java.base/java.lang.Thread.run(Thread.java:840)`;

describe("the root cause of a Flink failure", () => {
  it.each([
    ["an unknown column", COLUMN, "SqlValidatorException: Column 'w' not found in any table"],
    ["a syntax error", SYNTAX, 'ParseException: Encountered "SECRET" at line 1, column 96.'],
    [
      "a missing option",
      OPTIONS,
      "ValidationException: One or more required options are missing.\n\nMissing required options are:\n\ntable-name",
    ],
    [
      "an unknown topic",
      TOPIC,
      "UnknownTopicOrPartitionException: This server does not host this topic-partition.",
    ],
    ["an unknown job", NOT_FOUND, "NotFoundException: Job 00000000000000000000000000000000 not found"],
    ["a sentence", "Not found: /v1/nonsense", "Not found: /v1/nonsense"],
    [
      "a class without a message",
      "java.lang.NullPointerException\n\tat a.B.c(B.java:1)",
      "java.lang.NullPointerException",
    ],
    ["a message with a colon", "Could not parse: 'a: b'", "Could not parse: 'a: b'"],
    ["nothing", "", ""],
  ])("of %s is the innermost message without frames", (_, trace, cause) => {
    expect(javaCause(trace)).toBe(cause);
  });
});

it("the root cause of a dump is short enough to read", () => {
  const dump = `Caused by: a.b.FlinkRuntimeException: no such state in ${"State[…], ".repeat(200)}`;
  expect(javaCause(dump)).toMatch(/^FlinkRuntimeException: no such state in State\[…\], .{400,} …$/);
  expect(javaCause(dump).length).toBeLessThanOrEqual(502);
});
