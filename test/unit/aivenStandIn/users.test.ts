import { describe, expect, it } from "vitest";
import { call, done, refusal, SERVICES, useStandIn } from "./standInCalls.ts";

interface UserBody {
  readonly user: { readonly password: string; readonly access_cert: string; readonly access_key: string };
}

const told: string[] = [];
const tell =
  (what: string) =>
  (...of: string[]) =>
    void told.push([what, ...of].join(" "));
useStandIn({
  services: SERVICES,
  backing: {
    pg: { host: "127.0.0.1", port: 6543, user: "admin", password: "p&w", dbname: "postgres", ca: "CA OF PG" },
    opensearch: (username) => ({
      host: "::1",
      port: 9201,
      password: `${username} in search`,
      ca: "CA OF SEARCH",
    }),
    kafka: {
      host: "127.0.0.1",
      port: 9093,
      saslPort: 9094,
      ca: "CA OF PG",
      accessCert: "CERT",
      accessKey: "KEY",
    },
  },
  onUserCreated: tell("created"),
  onPasswordChanged: tell("changed"),
  onUserDeleted: tell("deleted"),
});
const create = (service: string, username = "ada") =>
  call<UserBody>("POST", `/service/${service}/user`, { username });

describe("a user", () => {
  it("has its own password, which real servers receive first", async () => {
    told.length = 0;
    const [one, two] = [await create("pg", "one"), await create("pg", "two")];
    const [first, second] = [one.body.user.password, two.body.user.password];
    expect(first).not.toBe(second);
    expect(told).toEqual([`created pg one ${first}`, `created pg two ${second}`]);
    expect(await done("GET", "/service/pg/user/one")).toEqual(one.body);
  });

  it("has the password of a real server that provides one", async () => {
    expect(await create("search")).toMatchObject({ body: { user: { password: "ada in search" } } });
  });

  it("has a certificate and a key only for Kafka", async () => {
    expect((await create("search")).body.user).not.toHaveProperty("access_cert");
    expect(await create("kafka")).toMatchObject({
      body: { user: { type: "regular", access_cert: "CERT", access_key: "KEY" } },
    });
  });

  it("gets a new password, given or not", async () => {
    const { user } = (await create("pg")).body;
    told.length = 0;
    await done("PUT", "/service/pg/user/ada/credentials/reset");
    const reset = (await done<UserBody>("GET", "/service/pg/user/ada")).user.password;
    expect(reset).not.toBe(user.password);
    const change = { operation: "reset-credentials", new_password: "long enough" };
    await done("PUT", "/service/pg/user/ada", change);
    expect(await done("GET", "/service/pg/user/ada")).toMatchObject({ user: { password: "long enough" } });
    expect(told).toEqual([`changed pg ada ${reset}`, "changed pg ada long enough"]);
    expect(await call("PUT", "/service/pg/user/ada", { ...change, new_password: "short" })).toMatchObject({
      status: 400,
    });
  });

  it("of PostgreSQL may replicate if requested", async () => {
    await create("pg");
    expect(await done("GET", "/service/pg/user/ada")).toMatchObject({
      user: { access_control: { pg_allow_replication: false } },
    });
    const access = { pg_allow_replication: true };
    await done("PUT", "/service/pg/user/ada", { operation: "set-access-control", access_control: access });
    expect(await done("GET", "/service/pg/user/ada")).toMatchObject({ user: { access_control: access } });
  });

  it("can exist only once", async () => {
    const [first, second] = await Promise.all([create("pg"), create("pg")]);
    expect([first.status, second.status].sort()).toEqual([200, 409]);
    expect(await create("pg")).toEqual(refusal(409, "Service user 'ada' already exists"));
  });

  it("can be deleted, unless it is the administrator", async () => {
    await create("pg");
    told.length = 0;
    await done("DELETE", "/service/pg/user/ada");
    expect(told).toEqual(["deleted pg ada"]);
    expect(await call("DELETE", "/service/pg/user/ada")).toEqual(refusal(404, "Service user does not exist"));
    expect(await call("DELETE", "/service/pg/user/avnadmin")).toMatchObject({ status: 403 });
  });
});

describe("a service with a real server behind it", () => {
  it("is reached at that server's address", async () => {
    expect(await done("GET", "/service/pg")).toMatchObject({
      service: {
        service_uri: "postgres://admin:p%26w@127.0.0.1:6543/postgres?sslmode=require",
        service_uri_params: {
          host: "127.0.0.1",
          port: "6543",
          user: "admin",
          password: "p&w",
          dbname: "postgres",
        },
        connection_info: { pg_params: [{ password: "p&w" }] },
      },
    });
    expect(await done("GET", "/service/search")).toMatchObject({
      service: { service_uri_params: { host: "::1", port: "9201", password: "avnadmin in search" } },
    });
  });

  it("has a port for each way to log in to Kafka", async () => {
    const listener = (port: number, method: string) => ({
      component: "kafka",
      host: "127.0.0.1",
      port,
      kafka_authentication_method: method,
    });
    expect(await done("GET", "/service/kafka")).toMatchObject({
      service: { service_uri: "127.0.0.1:9093", components: [listener(9093, "certificate")] },
    });
    const methods = { kafka_authentication_methods: { certificate: true, sasl: true } };
    expect(await done("PUT", "/service/kafka", { user_config: methods })).toMatchObject({
      service: { components: [listener(9093, "certificate"), listener(9094, "sasl")] },
    });
  });

  it("adds its certificate authority to the project", async () => {
    expect(await done("GET", "/kms/ca")).toEqual({ certificate: "CA OF PG\nCA OF SEARCH\n" });
  });
});
