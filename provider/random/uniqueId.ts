import { randomBytes } from "node:crypto";
import type { ResourceHandler } from "../resource.ts";

interface UniqueIdState {
  readonly value: string;
}

const BYTES = 16;

/** Generated once and kept in the state; an update never changes it. */
export const uniqueIdHandler: ResourceHandler<object, UniqueIdState> = {
  check: () => [],
  diff: () => ({ changed: false }),
  create: async (_inputs, name) => ({ id: name, state: { value: randomBytes(BYTES).toString("hex") } }),
  read: async (_id, state) => state,
  update: async (_id, state) => state,
  delete: async () => {},
};
