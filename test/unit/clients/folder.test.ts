import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { containerFolder, openFolder } from "../../../clients/folder.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

it("finds the files with a given name in a folder on this machine", async () => {
  const folder = mkdtempSync(join(tmpdir(), "folder-"));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  for (const name of ["chk-1", "chk-2", "chk-3", "shared"])
    mkdirSync(join(folder, "job", name), { recursive: true });
  for (const name of ["chk-1", "chk-3"]) writeFileSync(join(folder, "job", name, "_metadata"), "");

  const found = await openFolder(folder).filesNamed("_metadata", "job");
  expect(found.sort()).toEqual(["chk-1", "chk-3"].map((name) => join(folder, "job", name, "_metadata")));
  expect(await openFolder(folder).filesNamed("_metadata", "none")).toEqual([]);
});

it.each([
  ["those that ls lists", "/data/a b/job/chk-7/_metadata\r\n", ["/data/a b/job/chk-7/_metadata"]],
  ["none if ls finds none", "ls: /data/a b/job/*/_metadata: No such file or directory\r\n", []],
])("finds the files with a given name in a container: %s", async (_, printed, expected) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      asked.push(`${request.url} ${body}`);
      response.writeHead(200, { "api-version": "1.41" });
      response.end(request.url?.endsWith("/start") ? printed : JSON.stringify({ Id: "e1" }));
    });
  });
  const directory = mkdtempSync(join(tmpdir(), "engine-"));
  await new Promise<void>((resolve) => server.listen(join(directory, "docker.sock"), resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  });

  const address = containerFolder(`unix://${directory}/docker.sock`, "stack_Flink-1", "/data/a b");
  expect(await openFolder(address).filesNamed("_metadata", "job")).toEqual(expected);
  expect(asked[1]).toContain("/containers/stack_Flink-1/exec");
  expect(asked[1]).toContain("'/data/a b/job'/*/_metadata");
});
