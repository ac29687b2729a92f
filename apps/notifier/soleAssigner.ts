import kafkajs, { type GroupMember, type PartitionAssigner } from "kafkajs";

const { MemberMetadata } = kafkajs.AssignerProtocol;
const NAME = "Sole";

/**
 * Gives all partitions to one member of the group. A message records how far all partitions have been posted, so a
 * second notifier cannot take a share and stands by. The active one stays active when another joins.
 *
 * @param assignedAt when this member was given its partitions, epoch ms; 0 if it has none
 */
export function soleAssigner(assignedAt: () => number): PartitionAssigner {
  return (group) => {
    const shared = kafkajs.PartitionAssigners.roundRobin(group);
    const { version } = shared;
    return {
      name: NAME,
      version,
      assign: ({ members, topics }) =>
        shared.assign({ members: [...members].sort(byAssignment).slice(0, 1), topics }),
      protocol: ({ topics }) => ({
        name: NAME,
        metadata: MemberMetadata.encode({ version, topics, userData: Buffer.from(String(assignedAt())) }),
      }),
    };
  };
}

/** The latest owner of the partitions comes first: a stalled one does not know yet that it has lost them. */
const byAssignment = (a: GroupMember, b: GroupMember) =>
  assignedAtOf(b) - assignedAtOf(a) || (a.memberId < b.memberId ? -1 : 1);

const assignedAtOf = ({ memberMetadata }: GroupMember) =>
  Number(MemberMetadata.decode(memberMetadata)?.userData.toString());
