import { withConfigSection } from "../settings/projectFile.ts";
import { definitions } from "../settings.ts";
import { settingsPage } from "./settingsPage.ts";
import { tablesPage } from "./tablesPage.ts";

/**
 * The files that are written from the code, by their paths in the project.
 *
 * @param read reads a file's current text
 */
export const writtenFiles = (read: (path: string) => string): Readonly<Record<string, string>> => ({
  "Pulumi.yaml": withConfigSection(read("Pulumi.yaml"), definitions),
  "docs/settings.md": settingsPage(definitions),
  "docs/tables.md": tablesPage(),
});
