import { expect, it } from "vitest";
import { secret, valueIn } from "../../../cli/commands/secret.ts";
import { external } from "../../../components/hosts/external/index.ts";
import { privateKeyIn } from "../../../components/hosts/external/privateKey.ts";
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

it.each([
  [
    "of openssl pkcs12 -nodes",
    `Bag Attributes
    localKeyID: 01
subject=CN = acme
-----BEGIN CERTIFICATE-----
AAAA
-----END CERTIFICATE-----
Bag Attributes
Key Attributes: <No Attributes>
`,
  ],
  ["of openssl ecparam -genkey", "-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n"],
])("a PEM key is found in a file %s", async (_, before) => {
  const { key } = new TestAuthority("Company CA").client("acme");
  const value = await valueIn(linesOf(`${before}${key}what comes after it\n`));
  expect(value).toMatch(external.secrets?.["kafka.key"]?.pattern ?? /^$/);
  expect(privateKeyIn(value)).toBe(key.trim());
});

it("a PEM key with a password of its own is not taken for one without", () => {
  const { key } = new TestAuthority("Company CA").client("acme");
  const locked = key.replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\n");
  expect(privateKeyIn(locked)).toBe(undefined);
  expect(privateKeyIn(key.replaceAll("PRIVATE", "ENCRYPTED PRIVATE"))).toBe(undefined);
});

it("a password with a line break is refused with these words", () => {
  const { pattern, problem } = external.secrets?.["postgres.password"] ?? { pattern: /$/, problem: "" };
  expect("a\nb").not.toMatch(pattern);
  expect(problem).toBe("That is not a password for PostgreSQL: it is empty or has a line break.");
});

it("a name that is no secret is refused with the names that are, even one that every object has", async () => {
  for (const name of ["tokn", "toString"]) {
    await expect(secret(name, "local")).rejects.toThrow(
      new RegExp(`^There is no secret "${name}"\\. The secrets are: .*slack\\.token`),
    );
  }
});
