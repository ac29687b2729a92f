import { boolean, integer, oneOf, text } from "../../settings/types.ts";
import {
  existingService,
  integrations,
  maintenanceWindow,
  networks,
  plan,
  savepoints,
  staticIps,
  tags,
  userConfig,
  version,
} from "./settingTypes.ts";

const access = (title: string) =>
  oneOf({
    default: "default",
    description: `The address by which clients reach ${title} in a VPC on Aiven: its private one, or also public, or privatelink`,
    of: ["default", "public", "privatelink"],
  });

const additionalDisk = (title: string) =>
  integer({
    default: 0,
    description: `Disk of ${title} on Aiven beyond its plan's, in GiB`,
    min: 0,
    max: 65_536,
  });

/** The settings that all services on Aiven have in common, and those of each service. */
export const definitions = {
  "aiven.project": text({
    default: "",
    description:
      "Aiven project, needed if a service runs on Aiven; the token for it is AIVEN_TOKEN. Another project makes new services, and deletes the former ones with their data",
    allowed: "the name of a project, such as my-project",
    pattern: /^([a-z][a-z0-9-]{0,62})?$/,
  }),
  "aiven.cloud": text({
    default: "google-europe-west1",
    description: "Cloud and region of the services on Aiven",
    allowed: "the name of a cloud of Aiven, such as google-europe-west1 or aws-eu-central-1",
    pattern: /^[a-z]+-[a-z0-9-]+$/,
  }),
  "aiven.prefix": text({
    default: "",
    description:
      "Prefix of the names of services on Aiven; by default the stack's name. Another prefix makes new services, and deletes the former ones with their data",
    allowed: "a letter, then up to 39 letters, digits and dashes, all in lower case",
    pattern: /^([a-z][a-z0-9-]{0,39})?$/,
  }),
  "aiven.protected": boolean({
    default: false,
    description:
      "Protect what runs on Aiven from deletion, and require settings fit for production: an IP filter and plans with standby nodes for the services that the stack creates, and replicated topics",
  }),
  "aiven.allowedNetworks": networks({
    default: [],
    description: "Networks that may reach the services that the stack creates on Aiven; all if none is given",
  }),
  "aiven.tags": tags({ default: {}, description: "Tags of the services on Aiven, beside the stack's own" }),
  "aiven.credentials": integer({
    default: 1,
    description:
      "Raise it by one, and the next up replaces the users of Kafka and PostgreSQL on Aiven, with their passwords and certificates",
    min: 1,
    max: 9999,
  }),
  "kafka.service": existingService("Kafka", "kafka"),
  "postgres.service": existingService("PostgreSQL", "postgres"),
  "openSearch.service": existingService("OpenSearch", "openSearch"),
  "aiven.vpc": text({
    default: "",
    description: "Id of the VPC of the Aiven project that the services run in; none by default",
    allowed: "the id of a VPC, such as 1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d",
    pattern: /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/,
  }),
  "aiven.maintenanceWindow": maintenanceWindow(
    "When Aiven may maintain the services, in UTC; by default Aiven decides",
  ),
  "aiven.integrations": integrations(
    "Where the services send their metrics and logs: { metrics: <a service or an endpoint's id>, logs: … }",
  ),
  "kafka.plan": plan("startup-2", "Plan of Kafka on Aiven"),
  // The versions that the tests of this project run, or the nearest that Aiven has. Flink is 1.20 everywhere.
  "kafka.version": version("4.1", "Version of Kafka on Aiven; a newer one upgrades the service"),
  "kafka.type": oneOf({
    default: "auto",
    description:
      "Type of Kafka on Aiven: standard, classic, or auto, which is classic if the project can create it",
    of: ["auto", "standard", "classic"],
  }),
  "kafka.offering": text({
    default: "",
    description:
      "Offering of Standard Kafka on Aiven; by default the smallest one for cost.megabytesPerSecond",
    allowed: "an offering of Aiven, such as inkless-professional-3x-8-1",
    pattern: /^([a-z][a-z0-9-]{0,126})?$/,
  }),
  "cost.megabytesPerSecond": text({
    default: "0.1",
    description:
      "Readings, in megabytes per second, of Standard Kafka: npm run cost assumes them, and up creates the smallest offering for them, unless kafka.offering is set",
    allowed: "a number, such as 0.5",
    pattern: /^\d{1,6}(\.\d{1,6})?$/,
  }),
  "kafka.authentication": oneOf({
    default: "sasl",
    description: "How clients authenticate to Kafka on Aiven: by password (sasl) or by certificate",
    of: ["sasl", "certificate"],
  }),
  "kafka.access": access("Kafka"),
  "kafka.additionalDiskGb": additionalDisk("Kafka"),
  "kafka.staticIps": staticIps("Kafka"),
  "kafka.userConfig": userConfig("Kafka"),
  "kafka.topicTags": tags({ default: {}, description: "Tags of the topics on Aiven" }),
  "postgres.plan": plan("startup-4", "Plan of PostgreSQL on Aiven"),
  "postgres.version": version("17", "Version of PostgreSQL on Aiven; a newer one upgrades the service"),
  "postgres.access": access("PostgreSQL"),
  "postgres.additionalDiskGb": additionalDisk("PostgreSQL"),
  "postgres.staticIps": staticIps("PostgreSQL"),
  "postgres.userConfig": userConfig("PostgreSQL"),
  "openSearch.plan": plan("startup-4", "Plan of OpenSearch on Aiven"),
  "openSearch.version": version(
    "2.19",
    "Version of OpenSearch on Aiven; Flink's connector there is made for OpenSearch 2",
  ),
  "openSearch.access": access("OpenSearch"),
  "openSearch.additionalDiskGb": additionalDisk("OpenSearch"),
  "openSearch.staticIps": staticIps("OpenSearch"),
  "openSearch.userConfig": userConfig("OpenSearch"),
  "flink.userConfig": userConfig("Flink"),
  "flink.plan": plan("business-4", "Plan of Flink, if flink.runsOn is managed"),
  "flink.service": existingService("Flink", "flink"),
  "flink.taskManagers": integer({
    default: 3,
    description: "TaskManagers of Flink, if flink.runsOn is managed: the nodes of its plan",
    min: 1,
    max: 100,
  }),
  "flink.taskSlots": integer({
    default: 5,
    description:
      "Task slots of each TaskManager, if flink.runsOn is managed; together they must suffice for the pipelines times flink.parallelism",
    min: 1,
    max: 1024,
  }),
  startingSavepoint: savepoints({
    default: {},
    description:
      "Savepoint, as up or Aiven names it, that a pipeline starts from on Aiven, by pipeline; Aiven keeps one if a deployment was stopped by hand. While it is given, every new deployment starts from it again; leaving it out deploys the pipeline once more",
  }),
} as const;
