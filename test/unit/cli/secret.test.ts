import { expect, it } from "vitest";
import { secret, valueIn } from "../../../cli/commands/secret.ts";
import { external } from "../../../components/hosts/external/index.ts";
import { TestAuthority } from "../../support/certificates.ts";

async function* linesOf(text: string) {
  yield* text.split("\n");
}

it("a secret is one line, without blanks around it", async () => {
  expect(await valueIn(linesOf(" a password \nanother line\n"))).toBe("a password");
  expect(await valueIn(linesOf(""))).toBe("");
});

it("a PEM key is all of its lines, and nothing else spans several", async () => {
  const { key } = new TestAuthority("Company CA").client("acme");
  const { pattern } = external.secrets?.["kafka.key"] ?? { pattern: /^$/ };
  const value = await valueIn(linesOf(`${key}what comes after it\n`));
  expect(value).toBe(key.trim());
  expect(value).toMatch(pattern);
  for (const other of [
    "a password",
    key.replaceAll("PRIVATE", "ENCRYPTED PRIVATE").trim(),
    key.slice(0, 200),
  ]) {
    expect(other).not.toMatch(pattern);
  }
});

it("a name that is no secret is refused with the names that are, even one that every object has", async () => {
  for (const name of ["tokn", "toString"]) {
    await expect(secret(name, "local")).rejects.toThrow(
      new RegExp(`^There is no secret "${name}"\\. The secrets are: .*slack\\.token`),
    );
  }
});
