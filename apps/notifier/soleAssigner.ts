import kafkajs, { type PartitionAssigner } from "kafkajs";

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;
const PROTOCOL = { name: "Sole", version: 0 };
const userData = Buffer.alloc(0);

/**
 * Gives all partitions to one member of the group. The two topics tell of the same series only together, so a
 * second notifier cannot take a share: it stands by.
 */
export const soleAssigner: PartitionAssigner = ({ cluster }) => ({
  ...PROTOCOL,
  async assign({ members, topics }) {
    const [first, ...others] = members.map(({ memberId }) => memberId).sort();
    const all = topics.map((topic) => [
      topic,
      cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
    ]);
    const encode = (assignment: Record<string, number[]>) =>
      MemberAssignment.encode({ version: PROTOCOL.version, assignment, userData });
    return [
      { memberId: first ?? "", memberAssignment: encode(Object.fromEntries(all)) },
      ...others.map((memberId) => ({ memberId, memberAssignment: encode({}) })),
    ];
  },
  protocol({ topics }) {
    return {
      name: PROTOCOL.name,
      metadata: MemberMetadata.encode({ version: PROTOCOL.version, topics, userData }),
    };
  },
});
