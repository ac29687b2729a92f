import Cluster from "kafkajs/src/cluster/index.js";

const { findGroupCoordinatorMetadata } = Cluster.prototype;

/**
 * Makes kafkajs keep, as the cause of its error, why no broker has named the coordinator of a group. Otherwise, brokers
 * that do not answer could not be told from those that do not let us use the group.
 */
Cluster.prototype.findGroupCoordinatorMetadata = async function (this: Cluster, group) {
  let refusal: unknown;
  const { brokerPool } = this;
  const withBroker: typeof brokerPool.withBroker = (ask) =>
    brokerPool.withBroker(async (broker) => {
      try {
        return await ask(broker);
      } catch (error) {
        refusal = error;
        throw error;
      }
    });
  const noting = Object.create(this, { brokerPool: { value: { withBroker } } }) as Cluster;
  try {
    return await findGroupCoordinatorMetadata.call(noting, group);
  } catch (error) {
    if (error instanceof Error && refusal !== undefined) error.cause = refusal;
    throw error;
  }
};
