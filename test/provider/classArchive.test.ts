import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, realpathSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { serverHandler } from "../../provider/process/server.ts";
import { javaExecutable } from "../../tools/prerequisites.mjs";
import { runsOn, ServerFolder } from "../support/serverFolder.ts";

const java = realpathSync(javaExecutable() ?? "java");
const jdk = dirname(java);

const SOURCE = `public class Waits {
  public static class Greeting {}
  public static void main(String[] args) throws Exception {
    new Greeting();
    java.nio.file.Files.writeString(java.nio.file.Path.of("ready"), "");
    Thread.sleep(60_000);
  }
}`;

/** A server that runs Java, prints where its JVM loads classes from, and creates an archive of them. */
function javaServer(folder: ServerFolder) {
  const jar = join(folder.path, "waits.jar");
  if (!existsSync(jar)) {
    writeFileSync(join(folder.path, "Waits.java"), SOURCE);
    execFileSync(join(jdk, "javac"), ["-d", join(folder.path, "classes"), join(folder.path, "Waits.java")]);
    execFileSync(join(jdk, "jar"), ["-cf", jar, "-C", join(folder.path, "classes"), "."]);
  }
  return {
    ...folder.server("", {}),
    command: [java, "-Xlog:class+load:file=loaded", "-cp", jar, "Waits"],
    classArchive: join(folder.path, "cache/classes/waits.jsa"),
  };
}

/** Where the class in the server's jar was loaded from. */
const source = (folder: ServerFolder) =>
  /Waits\$Greeting source: (.*)/.exec(folder.read("data/one/loaded"))?.[1];

/** As if the server had been started a minute ago. */
function age(directory: string): void {
  const then = Date.now() / 1000 - 60;
  utimesSync(join(directory, ".process.json"), then, then);
}

describe("a Java server with an archive of classes", () => {
  it("creates it at its first orderly end, and the next server loads its classes from it", async () => {
    const folder = new ServerFolder();
    const inputs = javaServer(folder);
    const first = await serverHandler.create(inputs, "one");
    expect(source(folder)).toMatch(/waits\.jar$/);
    age(inputs.directory);
    await serverHandler.delete(first.id, first.state);
    expect(statSync(inputs.classArchive).size).toBeGreaterThan(10_000);

    const second = await serverHandler.create(inputs, "one");
    expect(source(folder)).toBe("shared objects file (top)");
    await serverHandler.delete(second.id, second.state);
    expect(existsSync(inputs.directory)).toBe(false);
  });

  it("creates none from a run so short that most classes may be missing", async () => {
    const inputs = javaServer(new ServerFolder());
    const { id, state } = await serverHandler.create(inputs, "one");
    await serverHandler.delete(id, state);
    expect(existsSync(dirname(inputs.classArchive))).toBe(false);
  });

  it("starts without a damaged archive", async () => {
    const folder = new ServerFolder();
    const inputs = javaServer(folder);
    mkdirSync(dirname(inputs.classArchive), { recursive: true });
    writeFileSync(inputs.classArchive, "damaged");
    const { id, state } = await serverHandler.create(inputs, "one");
    expect(source(folder)).toMatch(/waits\.jar$/);
    expect(folder.read("logs/one.log")).toBe("");
    await serverHandler.delete(id, state);
  });

  it("stops even if the archive cannot be written", async () => {
    const folder = new ServerFolder();
    const inputs = { ...javaServer(folder), classArchive: join(folder.path, "waits.jar/waits.jsa") };
    const { id, state } = await serverHandler.create(inputs, "one");
    age(inputs.directory);
    await serverHandler.delete(id, state);
    expect(existsSync(inputs.directory)).toBe(false);
  });
});

it("a server without an archive of classes gets no JVM options", async () => {
  const folder = new ServerFolder();
  const { state } = await serverHandler.create(folder.server(runsOn), "one");
  const command = execFileSync("ps", ["-o", "args=", "-p", String(state.pid)], { encoding: "utf8" });
  expect(command).not.toContain("-X");
});
