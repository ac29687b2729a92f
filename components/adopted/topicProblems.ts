import { foreignTopic, missingTopic } from "../../provider/kafka/foreignTopic.ts";
import type { Planned } from "../planned.ts";

interface Topics {
  /** In the Kafka. */
  readonly existing: readonly string[];
  /** Those that the stack has created; undefined if the state is not available. */
  readonly own: readonly string[] | undefined;
  /** Which Kafka, for messages. */
  readonly server: string;
}

/** Why a Kafka with these topics cannot take those of the stack, one sentence per problem. */
export function topicProblems(
  { topics, existingTopic }: Pick<Planned, "topics" | "existingTopic">,
  { existing, own, server }: Topics,
): string[] {
  const foreign = topics.filter(({ topic }) => existing.includes(topic) && own?.includes(topic) === false);
  const problems = foreign.map(({ topic }) => `${foreignTopic(topic)} (${server})`);
  if (existingTopic === undefined) return problems;
  if (topics.some(({ topic }) => topic === existingTopic)) {
    const how = `source.topic is ${existingTopic}, and source.existing is true`;
    return [...problems, `${how}, but the stack writes its own results to a topic of that name: set another`];
  }
  if (existing.includes(existingTopic)) return problems;
  const others = existing.filter((name) => !name.startsWith("_") && !own?.includes(name));
  const choice = others.length === 0 ? "no topics of others" : firstOf(others);
  return [
    ...problems,
    `${missingTopic(existingTopic)} (${server}, which has ${choice}): create it, set source.topic to one that is there, or leave source.existing out, so that the stack makes it`,
  ];
}

const MOST = 10;

function firstOf(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, MOST).join(", ");
  return names.length > MOST ? `${shown} and ${names.length - MOST} more` : shown;
}
