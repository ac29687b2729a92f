import kafkajs, { type Cluster, type GroupMember } from "kafkajs";
import { expect, test } from "vitest";
import { soleAssigner } from "../../../apps/notifier/soleAssigner.ts";

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;
const topics = ["alerts", "state"];
const cluster = {
  findTopicPartitionMetadata: () => [{ partitionId: 0 }, { partitionId: 1 }],
} as unknown as Cluster;

const member = (memberId: string, assignedAt: number): GroupMember => ({
  memberId,
  memberMetadata: soleAssigner(() => assignedAt)({
    cluster,
    groupId: "notifiers",
    logger: undefined as never,
  }).protocol({ topics }).metadata,
});

/** What each member that gets something gets, by member id. */
async function assignments(members: GroupMember[]) {
  const assigner = soleAssigner(() => 0)({ cluster, groupId: "notifiers", logger: undefined as never });
  const assigned = await assigner.assign({ members, topics });
  return Object.fromEntries(
    assigned.map(({ memberId, memberAssignment }) => [
      memberId,
      MemberAssignment.decode(memberAssignment)?.assignment,
    ]),
  );
}

const ALL = { alerts: [0, 1], state: [0, 1] };

test.each([
  ["the one that is working", [member("a", 0), member("b", 1_000), member("c", 0)], "b"],
  ["the newest of two that believe to be", [member("a", 1_000), member("b", 2_000)], "b"],
  ["one of those that wait, where none is", [member("b", 0), member("a", 0)], "a"],
])("%s gets every partition, the others none", async (_, members, chosen) => {
  expect(await assignments(members)).toEqual({ [chosen]: ALL });
});

test("a member of an earlier version counts as waiting", async () => {
  const former = {
    memberId: "a",
    memberMetadata: MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) }),
  };
  expect((await assignments([former, member("b", 1_000)])).b).toEqual(ALL);
});
