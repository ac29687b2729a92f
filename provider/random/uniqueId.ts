import { randomBytes } from "node:crypto";
import type { ResourceHandler } from "../resource.ts";

interface UniqueIdState {
  readonly value: string;
}

const BYTES = 16;

/** Made once, kept in the state, never changed by an update. */
export const uniqueIdHandler: ResourceHandler<object, UniqueIdState> = {
  check: () => [],
  diff: () => ({ changed: false }),
  create: async (_inputs, name) => ({ id: name, state: { value: randomBytes(BYTES).toString("hex") } }),
  read: async (_id, state) => state,
  update: async (_id, state) => state,
  delete: async () => {},
};
