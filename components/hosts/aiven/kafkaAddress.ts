import type { AivenComponent } from "../../../clients/aiven/model.ts";
import { ROUTES } from "./routes.ts";
import type { AivenSettings } from "./rules.ts";
import type { Access } from "./serviceOptions.ts";

type Method = AivenSettings["kafka.authentication"];

/** Where Kafka accepts this kind of authentication by this route: each kind has its own port. */
export const kafkaAddress = (components: readonly AivenComponent[], method: Method, access: Access) =>
  components.find(
    ({ component, kafkaAuthenticationMethod, route }) =>
      component === "kafka" && kafkaAuthenticationMethod === method && route === ROUTES[access],
  );

/** Why an existing Kafka has no address for the settings, in a sentence. */
export function addressProblems(settings: AivenSettings, components: readonly AivenComponent[]): string[] {
  const { "kafka.service": name, "kafka.authentication": method, "kafka.access": access } = settings;
  if (kafkaAddress(components, method, access) !== undefined) return [];
  const others = (Object.keys(ROUTES) as Access[]).filter((each) => kafkaAddress(components, method, each));
  const has = `for clients that authenticate by ${method}, it has ${others.join(", ") || "none"}`;
  const choose = others.length > 0 ? `set kafka.access to ${others.join(" or ")}` : "";
  const turnOn = access === "default" ? "" : `turn on ${access}_access.kafka in Aiven's console`;
  const remedies = [choose, turnOn].filter(Boolean).join(", or ") || "wait until it is RUNNING";
  return [`kafka.access is ${access}, but ${name} has no such address (${has}): ${remedies}`];
}
