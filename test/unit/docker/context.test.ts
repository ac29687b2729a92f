import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { certificatesFor, namedEngine } from "../../../clients/docker/context.ts";
import { certificatesOf, dockerFolder } from "../../support/dockerFolder.ts";

const COLIMA = "unix:///home/ann/.colima/default/docker.sock";
const REMOTE = "tcp://docker.example.com:2376";
const contexts = { colima: COLIMA, remote: REMOTE };

describe("the Docker engine of a machine", () => {
  it("is the one docker ps uses: DOCKER_HOST before DOCKER_CONTEXT before docker context use", () => {
    const DOCKER_CONFIG = dockerFolder({ chosen: "colima", contexts });
    const chosen = { DOCKER_CONFIG };
    expect(namedEngine("", chosen)).toEqual({ address: COLIMA, namedBy: "the Docker context colima" });
    const named = { ...chosen, DOCKER_CONTEXT: "remote" };
    expect(namedEngine("", named)).toEqual({ address: REMOTE, namedBy: "the Docker context remote" });
    const host = { ...named, DOCKER_HOST: " ssh://ann@flink.example.com " };
    expect(namedEngine("", host).address).toBe("ssh://ann@flink.example.com");
    expect(namedEngine("tcp://10.0.0.7:2375", host).address).toBe("tcp://10.0.0.7:2375");
  });

  it("is this machine's own if the context is default or DOCKER_HOST is empty", () => {
    const own = { HOME: "/nowhere", DOCKER_HOST: "" };
    const DOCKER_CONFIG = dockerFolder({ chosen: "colima", contexts });
    for (const env of [
      { ...own, DOCKER_CONFIG, DOCKER_CONTEXT: "default" },
      { ...own, DOCKER_CONFIG: dockerFolder({ chosen: "default" }) },
      { ...own, DOCKER_CONFIG: dockerFolder({}) },
      { ...own, DOCKER_CONFIG: "/nowhere" },
      own,
    ]) {
      expect(namedEngine("", env)).toEqual({ address: "unix:///var/run/docker.sock" });
    }
  });

  it.each(["XDG_RUNTIME_DIR", "HOME"])(
    "is the rootless one or Docker Desktop's if there is no other: the socket below %s",
    (variable) => {
      const folder = mkdtempSync(join(tmpdir(), "streaming-sockets-"));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const socket = join(folder, variable === "HOME" ? ".docker/run/docker.sock" : "docker.sock");
      mkdirSync(join(socket, ".."), { recursive: true });
      writeFileSync(socket, "");
      const env = { HOME: "/nowhere", [variable]: folder };
      expect(namedEngine("", env, join(folder, "none.sock")).address).toBe(`unix://${socket}`);
    },
  );

  it("is reached with the certificates of its context, or of DOCKER_CERT_PATH", () => {
    const DOCKER_CONFIG = dockerFolder({ chosen: "remote", contexts, withCertificates: ["remote"] });
    const env = { DOCKER_CONFIG, DOCKER_CERT_PATH: "/certificates" };
    expect(namedEngine("", env).certificates).toBe(certificatesOf(DOCKER_CONFIG, "remote"));
    expect(certificatesFor(REMOTE, env)).toBe(certificatesOf(DOCKER_CONFIG, "remote"));
    expect(certificatesFor("tcp://10.0.0.7:2376", env)).toBe("/certificates");
    expect(namedEngine("tcp://10.0.0.7:2376", env).certificates).toBe("/certificates");
    expect(certificatesFor(REMOTE, { ...env, DOCKER_HOST: REMOTE })).toBe("/certificates");
    expect(certificatesFor("tcp://10.0.0.7:2375", { DOCKER_CONFIG })).toBe(undefined);
  });

  it.each([
    ["localhost:2375", ": write tcp://localhost:2375"],
    ["flink.example.com", ": write tcp://flink.example.com"],
    ["/var/run/docker.sock", ": write unix:///var/run/docker.sock"],
    ["http://localhost:2375", ""],
    ["unix://docker.sock", ""],
    ["tcp://local host:2375", ""],
    ["tcp://:2375", ""],
    ["tcp://", ""],
    ["ssh://ann@host/path", ""],
    ["docker", ": write tcp://docker"],
    ["[fd00::1]:2375", ": write tcp://[fd00::1]:2375"],
  ])("cannot be %j, and the error says what is allowed", (address, hint) => {
    const problem = (name: string) =>
      `${name} is ${JSON.stringify(address)}, which is not the address of a Docker engine; allowed is unix:///<socket>, tcp://<host>:<port> or ssh://<user>@<host>${hint}`;
    expect(() => namedEngine("", { DOCKER_HOST: address })).toThrow(problem("DOCKER_HOST"));
    const DOCKER_CONFIG = dockerFolder({ chosen: "odd", contexts: { odd: address } });
    expect(() => namedEngine("", { DOCKER_CONFIG })).toThrow(problem("the Docker context odd"));
  });

  it("cannot be a missing context or an unreadable file, and the error says what to do", () => {
    const DOCKER_CONFIG = dockerFolder({ chosen: "gone" });
    const file = join(DOCKER_CONFIG, "config.json");
    expect(() => namedEngine("", { DOCKER_CONFIG })).toThrow(
      `${file} selects the Docker context gone, which does not exist: docker context ls lists the existing ones`,
    );
    expect(() => namedEngine("", { DOCKER_CONFIG, DOCKER_CONTEXT: "lost" })).toThrow(
      "DOCKER_CONTEXT selects the Docker context lost, which does not exist",
    );
    writeFileSync(file, "{");
    expect(() => namedEngine("", { DOCKER_CONFIG })).toThrow(
      new RegExp(`^${file}, which says where the Docker engine is, cannot be read`),
    );
    expect(namedEngine("tcp://10.0.0.7:2375", { DOCKER_CONFIG }).address).toBe("tcp://10.0.0.7:2375");
  });
});
