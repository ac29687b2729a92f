import RequestQueue from "kafkajs/src/network/requestQueue/index.js";

const { scheduleCheckPendingRequests } = RequestQueue.prototype;

/**
 * Has kafkajs look for waiting requests while there are any. By itself it looks every millisecond, on each connection, for
 * as long as that is open: 3 % of a core for a process that has nothing to do.
 * Source: https://github.com/tulios/kafkajs/issues/1704
 */
RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
  if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
};
