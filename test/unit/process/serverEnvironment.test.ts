import { afterEach, expect, it, vi } from "vitest";
import { keeperEnvironment, serverEnvironment } from "../../../provider/process/serverEnvironment.ts";
import type { ServerInputs } from "../../../provider/process/serverInputs.ts";

afterEach(() => vi.unstubAllEnvs());

it.each(["http_proxy", "https_proxy", "all_proxy", "no_proxy"])(
  "a server inherits %s in both spellings",
  (name) => {
    const both = { [name]: "lower", [name.toUpperCase()]: "upper" };
    for (const [each, value] of Object.entries(both)) vi.stubEnv(each, value);
    expect(serverEnvironment({} as ServerInputs)).toMatchObject(both);
    expect(keeperEnvironment()).toMatchObject(both);
  },
);

it("a server does not inherit a secret", () => {
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "secret");
  expect(JSON.stringify(serverEnvironment({} as ServerInputs))).not.toContain("secret");
});
