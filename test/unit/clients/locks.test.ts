import { expect, it } from "vitest";
import { describeHolders } from "../../../clients/postgres/locks.ts";

it("the session that holds a lock passes no control character to the terminal", () => {
  const holder = {
    pid: 12,
    user: "me",
    application: "ps\u001b]0;xql",
    client: "this machine",
    since: "2026-01-05 10:00:00",
    statement: "SELECT '\u009b2J\u202e'",
    tables: ["cpu_thresholds"],
  };
  expect(describeHolders([holder])).toBe(
    "cpu_thresholds is locked by the session with pid 12 (user me, ps\u{fffd}]0;xql, from this machine), in a " +
      "transaction that has been open since 2026-01-05 10:00:00 UTC; its last statement: SELECT '\u{fffd}2J\u{fffd}'. " +
      "End the transaction there (COMMIT or ROLLBACK), or the session by: SELECT pg_terminate_backend(12)",
  );
});
