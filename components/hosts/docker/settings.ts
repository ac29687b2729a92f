import { integer, text } from "../../settings/types.ts";
import { IMAGES } from "./images.ts";

const image = (value: string, description: string) =>
  text({
    default: value,
    description,
    allowed: "an image with its version, such as registry.example.com/kafka:4.4.0",
    // Without a version, it would be whatever is newest at the time.
    pattern: /^[a-z0-9][\w.:/-]*(:[\w.-]+|@sha256:[0-9a-f]{64})$/,
  });

/** Where containers run, and what they are made of. */
export const definitions = {
  "docker.host": text({
    default: "",
    description:
      "Docker engine for what runs on docker, such as ssh://user@host; by default the one that docker ps uses",
    allowed: "the address of a Docker engine: unix:///<socket>, tcp://<host>:<port> or ssh://<user>@<host>",
    pattern: /^(unix:\/\/\/\S+|(tcp|ssh):\/\/[^\s/]+)?$/,
  }),
  "docker.taskManagers": integer({
    default: 1,
    description: "TaskManagers of Flink on Docker. Each is a container, with task slots for every pipeline",
    min: 1,
    max: 16,
  }),
  "docker.kafkaImage": image(IMAGES.kafkaImage, "Image of Kafka on Docker"),
  "docker.postgresImage": image(IMAGES.postgresImage, "Image of PostgreSQL on Docker"),
  "docker.openSearchImage": image(IMAGES.openSearchImage, "Image of OpenSearch on Docker"),
  "docker.flinkImage": image(
    IMAGES.flinkImage,
    "Image of Flink 1.20 on Docker, to which the connectors and the format reading are added",
  ),
  "docker.mavenImage": image(
    IMAGES.mavenImage,
    "Image that fetches Flink's connectors and builds the format reading",
  ),
  "docker.nodeImage": image(IMAGES.nodeImage, "Image of Node on Docker, to which the apps are added"),
} as const;
