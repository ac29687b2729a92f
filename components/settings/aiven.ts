import { networks, tags } from "./structuredTypes.ts";
import { boolean, integer, text } from "./types.ts";

/** What all services on Aiven have in common. */
export const aiven = {
  "aiven.project": text({
    default: "",
    description: "Aiven project, needed where a service runs on Aiven; the token for it is AIVEN_TOKEN",
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
    description: "What the names of the services on Aiven begin with; the stack's name unless given",
    allowed: "a letter, then up to 39 letters, digits and dashes, all in lower case",
    pattern: /^([a-z][a-z0-9-]{0,39})?$/,
  }),
  "aiven.protected": boolean({
    default: false,
    description:
      "Protect what runs on Aiven from deletion, and demand of the settings what production needs: an IP filter, plans with standby nodes, replicated topics",
  }),
  "aiven.allowedNetworks": networks({
    default: [],
    description: "Networks that may reach the services on Aiven; all where none is given",
  }),
  "aiven.tags": tags({ default: {}, description: "Tags of the services on Aiven, beside the stack's own" }),
  "aiven.credentials": integer({
    default: 1,
    description:
      "Raise it by one, and the next up replaces the users of Kafka and PostgreSQL on Aiven, with their passwords and certificates",
    min: 1,
    max: 9999,
  }),
} as const;
