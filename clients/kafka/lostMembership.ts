import ConsumerGroup from "kafkajs/src/consumer/consumerGroup.js";
import { createErrorFromCode } from "kafkajs/src/protocol/error.js";

/** https://kafka.apache.org/protocol#protocol_error_codes */
const UNKNOWN_MEMBER_ID = 25;

const { heartbeat } = ConsumerGroup.prototype;

/**
 * Makes a consumer retry joining its group until it is a member again. If a broker has forgotten a member, for example
 * after the broker stalled, kafkajs itself tries only once. If that fails because the broker is still loading the
 * group, the consumer continues to read without being a member: its commits are refused, and it misses changes of the
 * group.
 *
 * And makes it send heartbeats although the clock was set back: kafkajs itself would wait until the former time is
 * reached again, and the group would exclude the consumer in the meantime.
 */
ConsumerGroup.prototype.heartbeat = async function (this: ConsumerGroup, options) {
  if (this.memberId === null) throw createErrorFromCode(UNKNOWN_MEMBER_ID);
  if (this.lastRequest > Date.now()) this.lastRequest = 0;
  await heartbeat.call(this, options);
};
