import type { Connection, Settings } from "../options.ts";
import type { Service } from "../state.ts";

export const ADMIN = "avnadmin";

const DEFAULT_PORTS = { kafka: 9092, pg: 5432, opensearch: 9200, flink: 8081 };

/** How a user reaches a service; nothing listens there unless something backs the type. */
export function connectionOf({ backing }: Settings, { type }: Pick<Service, "type">, username = ADMIN) {
  const given = backing[type];
  const connection: Connection | undefined = typeof given === "function" ? given(username) : given;
  return connection ?? { host: "127.0.0.1", port: DEFAULT_PORTS[type] };
}

/** The parts of a service response that describe how to reach it. */
export function connectionFields(settings: Settings, service: Service) {
  const connection = connectionOf(settings, service);
  const { host, dbname = "defaultdb", sslMode = "require" } = connection;
  const port = String(connection.port);
  const admin = service.users.get(ADMIN);
  const [user, password] = [connection.user ?? ADMIN, admin?.password ?? ""];
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  const address = `${host}:${port}`;
  switch (service.type) {
    case "kafka":
      return {
        service_uri: address,
        // Without user and password, which are the first user's.
        service_uri_params: { host, port },
        connection_info: {
          kafka: [address],
          kafka_access_cert: admin?.certificate?.accessCert,
          kafka_access_key: admin?.certificate?.accessKey,
        },
        components: kafkaComponents(service, connection),
      };
    case "pg": {
      const uri = `postgres://${login}${address}/${dbname}?sslmode=${sslMode}`;
      const parameters = { dbname, host, password, port, sslmode: sslMode, user };
      return {
        service_uri: uri,
        service_uri_params: parameters,
        connection_info: { pg: [uri], pg_params: [parameters], pg_standby: [], pg_syncing: [] },
        components: [component("pg", connection)],
        databases: [dbname],
      };
    }
    case "opensearch": {
      const uri = `https://${login}${address}`;
      return {
        service_uri: uri,
        service_uri_params: { host, password, port, user },
        connection_info: { opensearch: [uri], opensearch_username: user, opensearch_password: password },
        components: [component("opensearch", connection)],
      };
    }
    case "flink":
      return {
        service_uri: `https://${login}${address}`,
        service_uri_params: { host, password, port, user },
        connection_info: { flink: [address] },
        components: [component("flink", connection)],
      };
  }
}

/** Kafka listens on one port per authentication method. */
function kafkaComponents({ userConfig }: Service, { host, port, saslPort = port }: Connection) {
  const methods = (userConfig.kafka_authentication_methods ?? {}) as {
    certificate?: boolean;
    sasl?: boolean;
  };
  const listener = (method: string, listens: number) => ({
    ...component("kafka", { host, port: listens }),
    kafka_authentication_method: method,
    kafka_ssl_ca: "project_ca",
  });
  return [
    ...(methods.certificate === false ? [] : [listener("certificate", port)]),
    ...(methods.sasl === true ? [listener("sasl", saslPort)] : []),
  ];
}

function component(name: string, { host, port }: Connection) {
  return { component: name, host, port, route: "dynamic", usage: "primary", ssl: true };
}
