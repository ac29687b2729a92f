import kafkajs, { type GroupMember, type PartitionAssigner } from "kafkajs";

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;
const PROTOCOL = { name: "Sole", version: 0 };

/**
 * Gives all partitions to one member of the group. A message says how far all partitions were told, so a
 * second notifier cannot take a share: it stands by. The active one stays active when another joins.
 *
 * @param assignedAt when this member was given the partitions that it has: epoch ms; 0 if it has none
 */
export function soleAssigner(assignedAt: () => number): PartitionAssigner {
  return ({ cluster }) => ({
    ...PROTOCOL,
    async assign({ members, topics }) {
      const [chosen, ...others] = [...members].sort(byAssignment);
      const all = topics.map((topic) => [
        topic,
        cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
      ]);
      const encode = (assignment: Record<string, number[]>) =>
        MemberAssignment.encode({ version: PROTOCOL.version, assignment, userData: Buffer.alloc(0) });
      return [
        { memberId: chosen?.memberId ?? "", memberAssignment: encode(Object.fromEntries(all)) },
        ...others.map(({ memberId }) => ({ memberId, memberAssignment: encode({}) })),
      ];
    },
    protocol({ topics }) {
      const userData = Buffer.from(String(assignedAt()));
      return {
        name: PROTOCOL.name,
        metadata: MemberMetadata.encode({ version: PROTOCOL.version, topics, userData }),
      };
    },
  });
}

/** The latest owner of the partitions comes first: a stalled one does not know yet that it has lost them. */
function byAssignment(a: GroupMember, b: GroupMember): number {
  return assignedAtOf(b) - assignedAtOf(a) || (a.memberId < b.memberId ? -1 : 1);
}

function assignedAtOf({ memberMetadata }: GroupMember): number {
  return Number(MemberMetadata.decode(memberMetadata)?.userData.toString());
}
