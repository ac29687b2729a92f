import * as pulumi from "@pulumi/pulumi";

/** Invalid settings; its message is for the user and lists every problem. */
export class SettingsError extends pulumi.RunError {
  constructor(readonly problems: readonly string[]) {
    super(
      `${problems.length === 1 ? "a setting is" : `${problems.length} settings are`} wrong:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
  }
}
