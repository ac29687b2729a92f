import type { KafkaMessage } from "kafkajs";
import type { World } from "../model/world.ts";

/**
 * Adds a message of one topic to the world, at `now`.
 *
 * @param isLive whether it arrived in Kafka while the page was reading: only then does `now` say how long it took
 */
export type Intake = (world: World, message: KafkaMessage, now: number, isLive: boolean) => void;
