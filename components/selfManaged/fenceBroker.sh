#!/bin/sh
# Has the controller fence a broker that has died before it starts again: fenceBroker.sh DATA COMMAND…
#
# In its own metadata, a single broker that died still leads its partitions, and does so until the controller notices
# that it died. If a transaction was being committed, the broker then finds no leader for the transaction's partitions,
# takes them for deleted, and completes the transaction without marking it in them. Readers of committed records would
# wait there forever. After this script, it leads nothing until it is registered, and completes the transaction. Without
# it, the broker would not be registered until its earlier session has expired.
#
# DATA is the broker's folder. COMMAND runs its controller alone, with a session timeout of a fraction of a second.
data=$1
shift
# Nothing to do if it has never run, or if it was stopped in an orderly way, which fences it.
[ -e "$data/__cluster_metadata-0/quorum-state" ] || exit 0
[ -e "$data/.kafka_cleanshutdown" ] && exit 0

output=$(mktemp) || exit 0
"$@" >"$output" 2>&1 &
controller=$!
runs() { kill -0 "$controller" 2>/dev/null && kill -0 "$PPID" 2>/dev/null; }

tenths=300
until grep -q "Fencing broker" "$output" || [ "$tenths" -le 0 ] || ! runs; do
  # An active controller that has nothing to say has fenced it earlier.
  [ "$tenths" -gt 20 ] && grep -q "Becoming the active controller" "$output" && tenths=20
  tenths=$((tenths - 1))
  sleep 0.1
done
# It says so before it has written it.
sleep 0.2

kill "$controller" 2>/dev/null
tenths=100
while runs && [ "$tenths" -gt 0 ]; do
  tenths=$((tenths - 1))
  sleep 0.1
done
kill -9 "$controller" 2>/dev/null
wait "$controller"
cat "$output"
rm -f "$output"
exit 0
