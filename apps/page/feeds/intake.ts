import type { KafkaMessage } from "kafkajs";
import type { World } from "../model/world.ts";

/** Adds a message of one topic to the world, at `now`. */
export type Intake = (world: World, message: KafkaMessage, now: number) => void;
