import ConsumerGroup from "kafkajs/src/consumer/consumerGroup.js";
import { createErrorFromCode } from "kafkajs/src/protocol/error.js";

/** https://kafka.apache.org/protocol#protocol_error_codes */
const UNKNOWN_MEMBER_ID = 25;

const { heartbeat } = ConsumerGroup.prototype;

/**
 * Has a consumer join its group again for as long as it is no member. By itself kafkajs tries once if a broker has
 * forgotten a member, as after it stood still; if that fails, since the broker still loads the group, the consumer goes on
 * reading as nobody's member: what it commits is refused, and it learns of no change of the group.
 */
ConsumerGroup.prototype.heartbeat = async function (this: ConsumerGroup, options) {
  if (this.memberId === null) throw createErrorFromCode(UNKNOWN_MEMBER_ID);
  await heartbeat.call(this, options);
};
