import * as pulumi from "@pulumi/pulumi";

/** Settings that are not as they must be; its message is for the user and lists all of them. */
export class SettingsError extends pulumi.RunError {
  constructor(readonly problems: readonly string[]) {
    super(
      `${problems.length === 1 ? "a setting is" : `${problems.length} settings are`} wrong:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
  }
}
