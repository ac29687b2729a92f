import { expect, it } from "vitest";
import { browserOpener } from "../../../cli/output/browser.ts";

const find = (program: string) => `/usr/bin/${program}`;
const terminal = { isTTY: true };

it("a browser opens on a desktop, with the system's own command", () => {
  const linux = { stdout: terminal, env: { DISPLAY: ":0" }, platform: "linux" } as const;
  expect(browserOpener(linux, find)).toBe("/usr/bin/xdg-open");
  expect(browserOpener({ ...linux, env: { WAYLAND_DISPLAY: "wayland-0" } }, find)).toBe("/usr/bin/xdg-open");
  expect(browserOpener({ stdout: terminal, env: {}, platform: "darwin" }, find)).toBe("/usr/bin/open");
  expect(browserOpener(linux, () => undefined)).toBeUndefined();
});

it.each([
  ["without a terminal", {}, { DISPLAY: ":0" }],
  ["in CI", terminal, { DISPLAY: ":0", CI: "true" }],
  ["over ssh", terminal, { DISPLAY: "localhost:10.0", SSH_CONNECTION: "192.0.2.1 1 192.0.2.2 22" }],
  ["without a desktop", terminal, {}],
])("no browser opens %s", (_, stdout, env) => {
  expect(browserOpener({ stdout, env, platform: "linux" }, find)).toBeUndefined();
});
