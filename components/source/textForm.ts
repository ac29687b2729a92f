/** A name as most devices have it: printable ASCII without escapes, and not blank. */
const name = (longest: number) => String.raw`"[!#-\[\]-~][ !#-\[\]-~]{0,${longest - 1}}"`;

const member = (field: string, value: string) => `"${field}": ?${value}`;

const ORDINARY = [
  member("hostname", name(253)),
  member("cpu", name(64)),
  member("usage", String.raw`((0|[1-9][0-9]?)(\.[0-9]{1,17})?|100)`),
  member("occurred_at", "[1-9][0-9]{12}"),
].join(", ?");

/**
 * What sql/flink/tables/cpu_in_text.sql leaves to code, by the names of its placeholders: the regular expression of a
 * valid reading that is written like the generator's.
 */
export const textFormValues: Readonly<Record<string, string>> = {
  "source.ordinary": String.raw`^\{${ORDINARY}\}\z`,
};
