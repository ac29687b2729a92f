import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The tests in a folder that replace modules: in a process that runs one of them, the replacement is permanent. */
export function filesWithMocks(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((file) => file.endsWith(".test.ts") && readFileSync(file, "utf8").includes("vi.mock("));
}
