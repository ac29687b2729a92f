/** The message about a topic that somebody else created. */
export const foreignTopic = (topic: string) =>
  `the topic ${topic} exists already, and was not created by this stack: set names.prefix to another prefix, or delete the topic`;

/** The message about a missing topic that should already exist. */
export const missingTopic = (topic: string) =>
  `source.topic is ${topic}, and source.existing is true, but that topic does not exist, or this login is not allowed to see it`;
