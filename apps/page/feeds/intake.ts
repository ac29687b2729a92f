import type { KafkaMessage } from "kafkajs";
import type { World } from "../model/world.ts";

/** Takes a message of one topic into the world, at `now`. */
export type Intake = (world: World, message: KafkaMessage, now: number) => void;
