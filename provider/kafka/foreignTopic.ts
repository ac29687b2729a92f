/** What is said of a topic that somebody else has made. */
export const foreignTopic = (topic: string) =>
  `the topic ${topic} exists already, and this stack has not made it: set names.prefix to another prefix, or delete the topic`;
