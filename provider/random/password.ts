import { randomBytes } from "node:crypto";
import type { ResourceHandler } from "../resource.ts";

interface PasswordState {
  readonly value: string;
}

const BYTES = 24;

/** Made once, kept in the state as a secret, never changed by an update. */
export const passwordHandler: ResourceHandler<object, PasswordState> = {
  secretOutputs: ["value"],
  check: () => [],
  diff: () => ({ changed: false }),
  create: async (_inputs, name) => ({ id: name, state: { value: randomBytes(BYTES).toString("base64url") } }),
  read: async (_id, state) => state,
  update: async (_id, state) => state,
  delete: async () => {},
};
