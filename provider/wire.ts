import { isRpcSecret, specialSecretSig, specialSigKey, unwrapRpcSecret } from "@pulumi/pulumi/runtime/rpc.js";

/**
 * The constants that stand for an unknown value in a preview, one per type.
 * Source: sdk/go/common/resource/plugin/rpc.go of pulumi/pulumi, the wire protocol's definition.
 */
const UNKNOWNS = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

type Properties = Record<string, unknown>;

/** Properties in plain form, and which of them are secret or unknown. */
export interface Unwrapped {
  readonly values: Properties;
  /** Top-level keys that hold a secret anywhere inside. */
  readonly secretKeys: ReadonlySet<string>;
  /** Top-level keys with an unknown value (previews only). */
  readonly unknownKeys: ReadonlySet<string>;
}

export function unwrap(properties: Properties | undefined): Unwrapped {
  const values: Properties = {};
  const secretKeys = new Set<string>();
  const unknownKeys = new Set<string>();
  for (const [key, value] of Object.entries(properties ?? {})) {
    values[key] = plain(value, {
      onSecret: () => secretKeys.add(key),
      onUnknown: () => unknownKeys.add(key),
    });
  }
  return { values, secretKeys, unknownKeys };
}

/** Marks the given top-level keys as secret, so that the engine encrypts them in the state. */
export function wrap(values: object, secretKeys: Iterable<string>): Properties {
  const secret = new Set(secretKeys);
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, secret.has(key) ? { [specialSigKey]: specialSecretSig, value } : value]),
  );
}

function plain(value: unknown, found: { onSecret: () => void; onUnknown: () => void }): unknown {
  if (typeof value === "string" && UNKNOWNS.has(value)) {
    found.onUnknown();
    return undefined;
  }
  if (Array.isArray(value)) return value.map((item) => plain(item, found));
  if (value === null || typeof value !== "object") return value;
  const object = value as Properties;
  if (isRpcSecret(object)) {
    found.onSecret();
    return plain(unwrapRpcSecret(object), found);
  }
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, plain(item, found)]));
}
