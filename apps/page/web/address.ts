import { LAST_TIME, MOST_UNFOLDED, type Range, rangeNamed } from "../view.ts";

/** What the page shows, as stored in its address: a copied address shows the same. */
export interface Address {
  /** Undefined to leave it to the server. */
  readonly range: Range | undefined;
  readonly host: string | undefined;
  readonly cpu: string | undefined;
  readonly rule: string | undefined;
  readonly state: string | undefined;
  /** The time of the selected cell, epoch ms. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Hosts whose CPUs are shown. */
  readonly unfold: readonly string[];
}

const TEXTS = ["host", "cpu", "rule", "state"] as const;
const TIMES = ["from", "to"] as const;

export function readAddress(search: string): Address {
  const parameters = new URLSearchParams(search);
  const text = (name: string) => parameters.get(name) || undefined;
  const time = (name: string) => {
    const value = Number(parameters.get(name) ?? Number.NaN);
    return Math.abs(value) <= LAST_TIME ? value : undefined;
  };
  return {
    range: rangeNamed(text("range") ?? ""),
    host: text("host"),
    cpu: text("cpu"),
    rule: text("rule"),
    state: text("state"),
    from: time("from"),
    to: time("to"),
    unfold: parameters.getAll("unfold").slice(0, MOST_UNFOLDED),
  };
}

/** The query of the page's address, such as `?range=1h&host=doc`; unset values are left out. */
export function writeAddress(address: Address): string {
  const parameters = new URLSearchParams();
  for (const name of ["range", ...TEXTS, ...TIMES] as const) {
    const value = address[name];
    if (value !== undefined) parameters.set(name, String(value));
  }
  for (const host of address.unfold) parameters.append("unfold", host);
  return `?${parameters}`;
}

/** The query for the server's events at an address. */
export function eventsQuery({ range, host, cpu, unfold }: Address): string {
  const parameters = new URLSearchParams();
  if (range !== undefined) parameters.set("range", range);
  if (host !== undefined) parameters.set("host", host);
  if (cpu !== undefined) parameters.set("cpu", cpu);
  for (const name of unfold) parameters.append("unfold", name);
  return `?${parameters}`;
}

/** The hosts that are unfolded after a click on the arrow of one; one too many folds the first. */
export function unfoldedAfter({ unfold }: Pick<Address, "unfold">, hostname: string): readonly string[] {
  const others = unfold.filter((name) => name !== hostname);
  return others.length < unfold.length ? others : [...others, hostname].slice(-MOST_UNFOLDED);
}
