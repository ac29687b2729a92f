import { describe, expect, it } from "vitest";
import { isComplete } from "../../../tools/installedPackages.mjs";

const mac = { os: "darwin", cpu: "arm64", libc: "", node: "20.19.0" };
const debian = { os: "linux", cpu: "x64", libc: "glibc", node: "20.19.0" };
const alpine = { ...debian, libc: "musl" };

const one = (version: string, more: object = {}) => ({ version, integrity: `sha512-${version}`, ...more });
const tsx = { "node_modules/tsx": one("4.23.15") };
const esbuildOnMac = {
  "node_modules/@esbuild/darwin-arm64": one("0.28.0", { optional: true, os: ["darwin"], cpu: ["arm64"] }),
};
const biomeOnDebian = {
  "node_modules/@biomejs/cli-linux-x64": one("2.5.15", {
    optional: true,
    os: ["linux"],
    cpu: ["x64"],
    libc: ["glibc"],
  }),
};
const onNewerNode = {
  "node_modules/@napi-rs/lzma": one("1.5.1", { optional: true, engines: { node: "^22.20 || >=25" } }),
};
const packages = { "": one("0.1.0"), ...tsx, ...esbuildOnMac, ...biomeOnDebian, ...onNewerNode };
const complete = (installed: object, machine: typeof mac) =>
  isComplete({ packages }, { packages: { ...installed } }, machine);

describe("the npm packages that npm itself has installed", () => {
  it("are complete if they are those of package-lock.json for this machine", () => {
    expect(complete({ ...tsx, ...esbuildOnMac }, mac)).toBe(true);
    expect(complete({ ...tsx, ...biomeOnDebian }, debian)).toBe(true);
    expect(complete(tsx, alpine)).toBe(true);
    expect(complete({ ...tsx, ...onNewerNode }, { ...alpine, node: "25.0.0" })).toBe(true);
  });

  it("are not complete on a machine of another kind that shares the folder", () => {
    expect(complete({ ...tsx, ...esbuildOnMac }, debian)).toBe(false);
    expect(complete({ ...tsx, ...biomeOnDebian }, alpine)).toBe(false);
    expect(complete({ ...tsx, ...biomeOnDebian }, { ...debian, cpu: "arm64" })).toBe(false);
  });

  it("are not complete if one is missing, superfluous, or another than package-lock.json names", () => {
    expect(complete(biomeOnDebian, debian)).toBe(false);
    expect(complete(tsx, debian)).toBe(false);
    expect(complete({ ...tsx, "node_modules/left-pad": one("1.3.0") }, alpine)).toBe(false);
    expect(complete({ "node_modules/tsx": one("4.23.14") }, alpine)).toBe(false);
    expect(complete({ "node_modules/tsx": one("4.23.15", { integrity: "sha512-x" }) }, alpine)).toBe(false);
    expect(isComplete({ packages }, {}, alpine)).toBe(false);
  });
});
