import { mulberry32 } from "../../apps/generator/random.ts";
import type { SourceFormat } from "../../components/source/sourceFormat.ts";
import { escapes, kinds } from "../oracle/cases/malformed.ts";

/** When every message reaches Kafka, epoch ms. */
export const ARRIVAL = 1_767_618_000_123;

/** A message's bytes; null for a tombstone. */
export type Bytes = Buffer | null;

const LARGEST = 4_000;

const NAMES = [
  '"doc"',
  '"dopey-1.example.com"',
  '" a b "',
  '"  "',
  '"\u3000\u00a0"',
  '"\\u0020"',
  '"дом-🏠"',
  '"a\\"b\\\\c\\/d"',
  '"\\ud83c\\udfe0"',
  '"\\ud83c"',
  '"a\\nb"',
  '"a\\n"',
  '"\x7f"',
  '"\ufffd"',
  '"\u2028"',
  '""',
  `"${"c".repeat(64)}"`,
  `"${"🏠".repeat(65)}"`,
  `"${"h".repeat(253)}"`,
  `"${"h".repeat(254)}"`,
  "7",
  "null",
  '["doc"]',
];
const USAGES = [
  ...[
    "0",
    "-0",
    "-0.0",
    "7",
    "98.3",
    "0.1",
    "100",
    "100.0",
    "100.5",
    "100.50000000000001",
    "-0.5",
    "-0.50000000000001",
  ],
  ...[
    "99.99999999999999",
    "0.30000000000000004",
    "12345678901234567890",
    "1e1",
    "1E+2",
    "1.005e2",
    "-5e-1",
    "-5.1e-1",
  ],
  ...[
    "1e-400",
    "1e400",
    "-1e400",
    "-7.1e-10",
    "100.0000000007",
    "101",
    "-1",
    "007",
    "1.",
    ".5",
    "+1",
    "NaN",
    "1_0",
  ],
  ...[
    '"95"',
    "true",
    "null",
    "[1]",
    "{}",
    `0.${"3".repeat(30)}`,
    `${"9".repeat(400)}`,
    `1${"0".repeat(400)}e-400`,
  ],
];
const TIMES = [
  ...[
    "1767618000123",
    "1767618010123",
    "1767618010124",
    "1767617000000",
    "1000000000000",
    "0999999999999",
    "9999999999999",
  ],
  ...[
    "999999999999",
    "17676180001230",
    "1767618000",
    "-1767618000123",
    "1767618000123.0",
    "1.767618000123e12",
    '"1767618000123"',
  ],
  ...["null", "true", "0", "99999999999999999999", '"2026-01-05T13:00:00Z"'],
];
/** Times in each unit: how it is written, and what is unusual. */
const UNITS: Readonly<
  Record<SourceFormat["source.timeUnit"], { write: (ms: number) => string; unusual: readonly string[] }>
> = {
  milliseconds: { write: String, unusual: TIMES },
  seconds: {
    write: (ms) => String(ms / 1_000),
    unusual: [
      ...[
        "1767618000",
        "1767618000.0",
        "1767618010.123",
        "1767618010.1240001",
        "1.767618e9",
        "1767618000.0005",
      ],
      ...["999999999", "999999999.9999", "1000000000", "9999999999.99", "10000000000", "17676180000e-1"],
      ...[
        "-1767618000",
        "1e400",
        "-1e400",
        "0.1767618e10",
        "1767618000.12345678901234567890",
        "9".repeat(400),
      ],
    ],
  },
  microseconds: {
    write: (ms) => `${ms}456`,
    unusual: [
      "1767618000123",
      "176761800012345",
      "1767618010123999",
      "-176761800012345",
      "1767618000123456.0",
    ],
  },
  nanoseconds: {
    write: (ms) => `${ms}456789`,
    unusual: ["1767618000123", "9999999999999999999", "1767618010123999999", "-176761800012345678", "1e18"],
  },
  iso_8601: {
    write: (ms) => `"${new Date(ms).toISOString()}"`,
    unusual: [
      ...[
        "2026-01-05T13:00Z",
        "2026-01-05T13:00:00Z",
        "2026-01-05T14:00:00.1239999+01:00",
        "2026-01-05T12:00:00,1Z",
      ],
      ...["2026-01-05T13:00:10.123456789Z", "2026-01-05T13:00:10.124Z", "2026-01-05T13:00:00.1234567890Z"],
      ...["2024-02-29T12:00:00Z", "2025-02-29T12:00:00Z", "2000-02-29T12:00:00Z", "1900-02-29T12:00:00Z"],
      ...["2025-04-31T12:00:00Z", "2025-13-01T12:00:00Z", "2025-00-10T12:00:00Z", "2025-12-31T24:00:00Z"],
      ...[
        "2025-12-31T23:59:60Z",
        "2025-12-31T23:60Z",
        "2025-12-31T23:59:59+18:00",
        "2025-12-31T23:59:59+18:01",
      ],
      ...[
        "2025-12-31T23:59:59-17:59",
        "2025-12-31T23:59:59-0100",
        "2025-12-31T23:59:59+01",
        "2025-12-31 23:59:59Z",
      ],
      ...["1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00Z", "1970-01-01T00:30+01:00", "0000-01-01T00:00Z"],
      ...["2001-09-09T01:46:39.999Z", "2001-09-09T01:46:40Z"],
      ...["6110-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-18:00"],
      ...[
        "2025-12-31t23:59:59z",
        "2025-12-31T23:59:59",
        "2025-12-31",
        "",
        "2026-01-05T13:00:00Z\\n",
        "\\u0032025-12-31T23:59Z",
      ],
      ...["+12025-12-31T23:59:59Z", "2025-12-31T23:59:59+01:00:30", "2025-12-31T23:59:59Z[UTC]", "now"],
    ].map((text) => `"${text}"`),
  },
};
const OTHERS = [
  '"x":[{"hostname":"y"},[]]',
  '"n":null',
  '"hostname":"late"',
  '"usage":3',
  '"us\\u0061ge":"x"',
  '"a":"}{]["',
  '"":1',
];
const SPACES = ["", "", "", " ", "\n", "\t ", "\r", "\v", "\u00a0"];
const INSERTED = [
  ...'"{}[]:,\\ 019.-+eEtfnu/',
  "\n",
  "\0",
  "\x7f",
  "\xc3",
  "\xff",
  "\u2028",
  "\ud83c",
  "null",
  "\\u",
  "1e",
  '""',
];

/** Seeded randomness: the same seed gives the same choices. */
function chanceFrom(seed: number) {
  const next = mulberry32(seed);
  return {
    next,
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
    chance: (share: number) => next() < share,
  };
}

type Chance = ReturnType<typeof chanceFrom>;

/**
 * Messages of every kind: written like the generator's, written in unusual ways, and damaged at random. The same seed
 * gives the same messages.
 */
export function randomMessages(count: number, seed: number): Bytes[] {
  const random = chanceFrom(seed);
  const { pick, chance } = random;
  const known = [...kinds, ...escapes]
    .map(({ value }) => value(ARRIVAL))
    .map((value) => (value === null ? null : Buffer.from(value)))
    .filter((value) => value === null || value.length < LARGEST);
  return Array.from({ length: count }, () => {
    if (chance(0.1)) return damage(pick(known), random);
    return damage(chance(0.03) ? Buffer.from(`{"heartbeat":${ARRIVAL}}`) : written(random), random);
  });
}

/** How somebody writes messages, given texts of JSON. */
export type Writer = (fields: Readonly<Record<"hostname" | "cpu" | "usage" | "time", string>>) => string;

/** Messages of another form, half of them damaged at random. */
export function damaged(write: Writer, format: SourceFormat, count: number, seed: number): Bytes[] {
  const random = chanceFrom(seed);
  const { next, pick, chance } = random;
  const unit = UNITS[format["source.timeUnit"]];
  const most = format["source.usageForm"] === "fraction" ? 1.06 : 106;
  return Array.from({ length: count }, () => {
    const message = write({
      hostname: chance(0.8) ? '"web"' : pick(NAMES),
      cpu: chance(0.8) ? '"cpu0"' : pick(NAMES),
      usage: chance(0.7) ? String(Number((next() * most).toPrecision(4))) : pick(USAGES),
      time: chance(0.6) ? unit.write(ARRIVAL - Math.floor(next() * 1e6)) : pick([...unit.unusual, ...TIMES]),
    });
    return damage(Buffer.from(message), random);
  });
}

/** A message like the tutorial's, with any of the unusual features. */
function written({ next, pick, chance }: Chance): Buffer {
  const usual = chance(0.6);
  const fields = [
    `"hostname":${usual || chance(0.7) ? '"doc"' : pick(NAMES)}`,
    `"cpu":${usual || chance(0.7) ? '"cpu1"' : pick(NAMES)}`,
    `"usage":${chance(usual ? 0.7 : 0.4) ? String(Math.round(next() * 10_600) / 100) : pick(USAGES)}`,
    `"occurred_at":${usual || chance(0.6) ? ARRIVAL - Math.floor(next() * 1e6) : pick(TIMES)}`,
  ];
  if (chance(0.15)) fields.splice(Math.floor(next() * 5), 0, pick(OTHERS));
  if (chance(0.1)) fields.reverse();
  if (chance(0.03)) fields.splice(Math.floor(next() * fields.length), 1);
  const space = chance(0.2) ? () => pick(SPACES) : () => "";
  const spaced = fields.map((field) => field.replace(":", () => `${space()}:${space()}`));
  return Buffer.from(`${space()}{${spaced.join(chance(0.2) ? ", " : ",")}}${space()}`);
}

/** Leaves every other message as it is. */
function damage(message: Bytes, random: Chance): Bytes {
  if (message === null) return null;
  let result = message;
  const times = random.chance(0.5) ? 0 : 1 + Math.floor(random.next() * 3);
  for (let time = 0; time < times; time++) result = damagedOnce(result, random);
  return result;
}

function damagedOnce(message: Buffer, random: Chance): Buffer {
  const { next, pick, chance } = random;
  const at = Math.floor(next() * (message.length + 1));
  const behind = at + Math.floor(next() ** 3 * (message.length - at));
  const before = message.subarray(0, at);
  switch (Math.floor(next() * 5)) {
    case 0:
      return Buffer.concat([before, message.subarray(behind)]);
    case 1:
      return Buffer.concat([before, message.subarray(at, behind), message.subarray(at)]);
    case 2: {
      const inserted = Buffer.from(pick(INSERTED), chance(0.5) ? "latin1" : "utf8");
      return Buffer.concat([before, inserted, message.subarray(at)]);
    }
    case 3:
      return Buffer.concat([before, Buffer.from([Math.floor(next() * 256)]), message.subarray(at + 1)]);
    default:
      return Buffer.concat([before, written(random).subarray(Math.floor(next() * 30))]);
  }
}
