import { randomBytes } from "node:crypto";
import type { ResourceHandler } from "../resource.ts";

interface PasswordState {
  readonly value: string;
}

const BYTES = 24;

/** Generated once and kept in the state as a secret; an update never changes it. */
export const passwordHandler: ResourceHandler<object, PasswordState> = {
  secretOutputs: ["value"],
  check: () => [],
  diff: () => ({ changed: false }),
  create: async (_inputs, name) => ({ id: name, state: { value: randomBytes(BYTES).toString("base64url") } }),
  read: async (_id, state) => state,
  update: async (_id, state) => state,
  delete: async () => {},
};
