import kafkajs, { type Admin } from "kafkajs";
import type { NewTopic } from "./topicInputs.ts";

// kafkajs is CommonJS, and Node recognizes only some of its names as named exports.
const { ConfigResourceTypes, ConfigSource } = kafkajs;

/**
 * Gives a topic the wanted configuration. Keys that others have set keep their values, although kafkajs can only replace
 * the whole configuration of a topic.
 *
 * @param former the definition before: keys that are no longer in it return to the broker's default
 */
export async function alignConfig(
  admin: Admin,
  { topic, config }: NewTopic,
  former: Pick<NewTopic, "config">,
): Promise<void> {
  const resource = { type: ConfigResourceTypes.TOPIC, name: topic };
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
  const others = (resources[0]?.configEntries ?? [])
    .filter(
      ({ configName, configSource }) =>
        configSource === ConfigSource.TOPIC_CONFIG && !(configName in former.config),
    )
    .map(({ configName, configValue }) => [configName, configValue]);
  const wanted: Record<string, string> = { ...Object.fromEntries(others), ...config };
  const configEntries = Object.entries(wanted).map(([name, value]) => ({ name, value }));
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] });
}
