/** The message about a topic that somebody else created. */
export const foreignTopic = (topic: string) =>
  `the topic ${topic} exists already, and this stack has not made it: set names.prefix to another prefix, or delete the topic`;

/** The message about a missing topic that should already exist. */
export const missingTopic = (topic: string) =>
  `source.topic is ${topic}, and source.existing is true, but there is no such topic, or this login may not see it`;
