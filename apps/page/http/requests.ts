import * as v from "valibot";
import { HOSTNAME_FORMAT, isHostname, isPercentage, PERCENTAGE_FORMAT } from "../../../lib/thresholds.ts";

const MINUTES_OF_30_DAYS = 43_200;

const hostname = v.pipe(
  v.string("hostname is missing"),
  v.check(isHostname, `hostname has to be ${HOSTNAME_FORMAT}`),
);

const threshold = v.custom<number>(isPercentage, `the threshold has to be ${PERCENTAGE_FORMAT}`);

const name = (what: string) =>
  v.nullable(
    v.pipe(
      v.string(),
      v.regex(/^[^\p{Cc}]{1,64}$/u, `${what} has to be 1 to 64 characters without control characters`),
    ),
  );

/** What a browser sends to change something. */
export const requests = {
  preview: v.strictObject({ hostname, value: threshold }),
  threshold: v.strictObject({
    hostname,
    value: threshold,
    former: v.nullable(v.number("former has to be a number or null")),
  }),
  search: v.strictObject({ text: v.pipe(v.string(), v.maxLength(253, "a host has at most 253 characters")) }),
  silence: v.strictObject({
    hostname,
    cpu: name("cpu"),
    rule: name("rule"),
    minutes: v.pipe(
      v.number("minutes is missing"),
      v.integer("minutes has to be a whole number"),
      v.minValue(1, "a silence lasts at least a minute"),
      v.maxValue(MINUTES_OF_30_DAYS, "a silence lasts at most 30 days"),
    ),
    reason: v.pipe(
      v.string("reason is missing"),
      v.trim(),
      v.minLength(1, "say why, so that others know"),
      v.maxLength(500, "the reason has to be at most 500 characters"),
    ),
  }),
  id: v.pipe(v.string(), v.regex(/^\d{1,18}$/, "there is no such silence")),
};
