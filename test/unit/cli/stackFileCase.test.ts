import { basename, dirname } from "node:path";
import { expect, it, vi } from "vitest";
import { stackFile } from "../../../cli/engine/stackFile.ts";

// As a disk does that ignores case, such as that of most Macs.
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const existsSync = (path: string) => {
    const name = basename(path).toLowerCase();
    const siblings = fs.existsSync(dirname(path)) ? fs.readdirSync(dirname(path)) : [];
    return siblings.some((sibling) => sibling.toLowerCase() === name);
  };
  return { ...fs, existsSync };
});

it("a stack whose name is written with other capitals is refused, even on a disk that ignores case", async () => {
  await expect(stackFile("Local")).rejects.toThrow(
    'There is no stack "Local": Pulumi.Local.yaml is missing. Stacks are: dev, docker, hybrid, local, prod.',
  );
});

it("a stack's name that leads to another file is refused", async () => {
  await expect(stackFile("x/../Pulumi.local")).rejects.toThrow('There is no stack "x/../Pulumi.local"');
});
