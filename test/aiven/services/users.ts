import { randomBytes } from "node:crypto";
import type { ServiceType } from "../catalogue.ts";
import { ApiError } from "../http/apiError.ts";
import type { Settings } from "../options.ts";
import type { Service, User } from "../state.ts";
import { ADMIN, connectionOf } from "./connections.ts";

/** The users of a new service: the one that is always there. */
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
    // Certificates are Kafka's way to log in; Terraform's provider fails at users of OpenSearch that have one.
    certificate: type === "kafka" ? { accessCert, accessKey } : undefined,
  };
}

/** The real server's where one is told for each user, and the administrator's; otherwise a random one. */
export function passwordFor(settings: Settings, type: ServiceType, username: string): string {
  const byUser = typeof settings.backing[type] === "function" || username === ADMIN;
  const given = byUser ? connectionOf(settings, { type }, username).password : undefined;
  return given ?? `AVNS_${randomBytes(15).toString("base64url")}`;
}

/** Text in the shape of PEM, different each time; no TLS library takes it. */
function pem(label: string): string {
  return `-----BEGIN ${label}-----\n${randomBytes(48).toString("base64")}\n-----END ${label}-----\n`;
}

/** @throws ApiError 404 */
export function userOf(service: Service, username: string): User {
  const user = service.users.get(username);
  if (user === undefined) throw new ApiError(404, "Service user does not exist");
  return user;
}
