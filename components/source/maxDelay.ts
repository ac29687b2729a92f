import * as pulumi from "@pulumi/pulumi";

const WATERMARK = /(\bWATERMARK\s+FOR\s+time_ltz\s+AS\s+)([\s\S]*?)(\s*-\s*INTERVAL\s*')/i;

/**
 * The table of the readings with a limit to how far a reading can hold back event time: a clock that is behind, and
 * messages without a valid time, count as if they were that late.
 *
 * @param ddl the CREATE TABLE statement, with event time from readings alone
 * @throws pulumi.RunError if its watermark does not lag event time by an interval
 */
export function withMaxDelay(ddl: string, seconds: number): string {
  if (!WATERMARK.test(ddl)) {
    throw new pulumi.RunError(
      `source.maxDelay is ${seconds} s, but the table CPU_IN (sql/flink/tables/cpu_in*.sql) has no watermark of the form WATERMARK FOR time_ltz AS … - INTERVAL '10' SECOND: give it one, with any interval, or leave source.maxDelay out`,
    );
  }
  const limit = `TIMESTAMPADD(SECOND, -${seconds}, kafka_time)`;
  return ddl.replace(WATERMARK, (_, begin: string, time: string, end: string) => {
    return `${begin}GREATEST(COALESCE(${time}, ${limit}), ${limit})${end}`;
  });
}
