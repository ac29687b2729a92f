const WATERMARK = /(WATERMARK FOR time_ltz AS )([\s\S]*?)( - INTERVAL '10' SECOND)/;

/**
 * The table of the readings with a limit to how far a reading can hold back event time: a clock that is behind, and
 * messages without a valid time, count as if they were that late.
 *
 * @param ddl the CREATE TABLE statement, with event time from readings alone
 */
export function withMaxDelay(ddl: string, seconds: number): string {
  const limit = `TIMESTAMPADD(SECOND, -${seconds}, kafka_time)`;
  return ddl.replace(WATERMARK, (_, begin: string, time: string, end: string) => {
    return `${begin}GREATEST(COALESCE(${time}, ${limit}), ${limit})${end}`;
  });
}
