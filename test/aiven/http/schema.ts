/** What a JSON value must be: as much of JSON Schema as the API's own descriptions need. */
export type Schema =
  | { readonly type: "boolean" }
  | { readonly type: "any" }
  | { readonly type: "string"; readonly enum?: readonly string[]; readonly pattern?: RegExp }
  | { readonly type: "integer" | "number"; readonly min?: number; readonly max?: number }
  | { readonly type: "array"; readonly items: Schema }
  | { readonly type: "map"; readonly values: Schema }
  | ObjectSchema;

/** An object that has no properties other than those listed. */
export interface ObjectSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
}

export const flag: Schema = { type: "boolean" };
export const text: Schema = { type: "string" };
export const anything: Schema = { type: "any" };
export const matching = (pattern: RegExp): Schema => ({ type: "string", pattern });
export const oneOf = (...values: string[]): Schema => ({ type: "string", enum: values });
export const list = (items: Schema): Schema => ({ type: "array", items });
export const mapOf = (values: Schema): Schema => ({ type: "map", values });
export const number = (min?: number, max?: number): Schema => range("number", min, max);
export const integer = (min?: number, max?: number): Schema => range("integer", min, max);
export const object = (properties: Record<string, Schema>, ...required: string[]): ObjectSchema => ({
  type: "object",
  properties,
  required,
});
/** The same schema for each of the names, separated by white space. */
export const each = (names: string, schema: Schema): Record<string, Schema> =>
  Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, schema]),
  );

function range(type: "number" | "integer", min?: number, max?: number): Schema {
  return { type, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/**
 * Describes what is wrong with a value, in the wording of the validator that Aiven uses (Python's jsonschema).
 * A property that is null counts as not given, which is what the API's nullable types amount to.
 */
export function violation(value: unknown, schema: Schema): string | undefined {
  switch (schema.type) {
    case "any":
      return undefined;
    case "boolean":
      return typeof value === "boolean" ? undefined : wrongType(value, schema.type);
    case "string":
      if (typeof value !== "string") return wrongType(value, schema.type);
      if (schema.enum?.includes(value) === false) return `${show(value)} is not one of ${show(schema.enum)}`;
      if (schema.pattern?.test(value) === false)
        return `${show(value)} does not match '${schema.pattern.source}'`;
      return undefined;
    case "integer":
    case "number":
      if (typeof value !== "number") return wrongType(value, schema.type);
      if (schema.type === "integer" && !Number.isInteger(value)) return wrongType(value, schema.type);
      if (value < (schema.min ?? value)) return `${value} is less than the minimum of ${schema.min}`;
      if (value > (schema.max ?? value)) return `${value} is greater than the maximum of ${schema.max}`;
      return undefined;
    case "array":
      if (!Array.isArray(value)) return wrongType(value, schema.type);
      return first(value.map((item) => violation(item, schema.items)));
    case "map":
      if (!isObject(value)) return wrongType(value, "object");
      return first(Object.values(value).map((entry) => violation(entry, schema.values)));
    case "object":
      return isObject(value) ? objectViolation(value, schema) : wrongType(value, schema.type);
  }
}

function objectViolation(value: Record<string, unknown>, schema: ObjectSchema): string | undefined {
  const given = Object.entries(value).filter(([, entry]) => entry !== null);
  const missing = schema.required.find((name) => given.every(([key]) => key !== name));
  if (missing !== undefined) return `'${missing}' is a required property`;
  return first(
    given.map(([key, entry]) => {
      const known = schema.properties[key];
      if (known === undefined) return `Additional properties are not allowed ('${key}' was unexpected)`;
      return violation(entry, known);
    }),
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const first = (violations: (string | undefined)[]) => violations.find((found) => found !== undefined);
const wrongType = (value: unknown, type: string) => `${show(value)} is not of type '${type}'`;
const show = (value: unknown) => JSON.stringify(value).replaceAll('"', "'");
