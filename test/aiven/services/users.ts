import { randomBytes } from "node:crypto";
import type { ServiceType } from "../catalogue.ts";
import { ApiError } from "../http/apiError.ts";
import type { Settings } from "../options.ts";
import type { Service, User } from "../state.ts";
import { ADMIN, connectionOf } from "./connections.ts";

/** The users of a new service: only the one that always exists. */
export function administrator(settings: Settings, type: ServiceType): Map<string, User> {
  return new Map([[ADMIN, newUser(settings, type, ADMIN, "primary")]]);
}

export function userView(
  service: ServiceType,
  { username, type, password, certificate, mayReplicate }: User,
) {
  return {
    username,
    type,
    password,
    access_control: service === "pg" ? { pg_allow_replication: mayReplicate } : undefined,
    access_cert: certificate?.accessCert,
    access_key: certificate?.accessKey,
  };
}

export function newUser(settings: Settings, type: ServiceType, username: string, kind: User["type"]): User {
  const { accessCert = pem("CERTIFICATE"), accessKey = pem("PRIVATE KEY") } = connectionOf(
    settings,
    { type },
    username,
  );
  return {
    username,
    type: kind,
    password: passwordFor(settings, type, username),
    mayReplicate: kind === "primary",
    // Certificates are for logging in to Kafka; Terraform's provider fails on OpenSearch users that have one.
    certificate: type === "kafka" ? { accessCert, accessKey } : undefined,
  };
}

/** The real server's password, if one is given for each user or for the administrator; otherwise a random one. */
export function passwordFor(settings: Settings, type: ServiceType, username: string): string {
  const byUser = typeof settings.backing[type] === "function" || username === ADMIN;
  const given = byUser ? connectionOf(settings, { type }, username).password : undefined;
  return given ?? `AVNS_${randomBytes(15).toString("base64url")}`;
}

/** PEM-shaped text, different each time; no TLS library accepts it. */
function pem(label: string): string {
  return `-----BEGIN ${label}-----\n${randomBytes(48).toString("base64")}\n-----END ${label}-----\n`;
}

/** @throws ApiError 404 */
export function userOf(service: Service, username: string): User {
  const user = service.users.get(username);
  if (user === undefined) throw new ApiError(404, "Service user does not exist");
  return user;
}
