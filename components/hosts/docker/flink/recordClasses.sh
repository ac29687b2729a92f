#!/bin/bash
# Records which classes Flink's programs load, in an archive for each program, with which it starts in half the
# processor time. They run once while the image is built, with jobs that have the connectors and the operators of the
# pipelines. There is no Kafka and no PostgreSQL: the jobs keep failing, with all classes loaded.
# https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
set -euo pipefail

archives=$1
class_path=$2
cd "$(mktemp -d)"

cat > config.yaml <<'YAML'
jobmanager.rpc.address: 127.0.0.1
rest.address: 127.0.0.1
sql-gateway.endpoint.rest.address: 127.0.0.1
execution.target: remote
execution.checkpointing.interval: 1 s
execution.checkpointing.dir: file:///tmp/checkpoints
taskmanager.numberOfTaskSlots: 8
taskmanager.cpu.cores: 2
taskmanager.memory.task.heap.size: 256m
taskmanager.memory.task.off-heap.size: 64m
taskmanager.memory.managed.size: 64m
taskmanager.memory.network.min: 32m
taskmanager.memory.network.max: 32m
YAML
export FLINK_CONF_DIR=$PWD

pids=()
record() {
  java -XX:ArchiveClassesAtExit="$archives/$1.jsa" -cp "$class_path" "${@:2}" > "$1.log" 2>&1 &
  pids+=($!)
}
record jobmanager org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint --configDir .
record taskmanager org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir .
record sql-gateway org.apache.flink.table.gateway.SqlGateway

# ask METHOD PATH BODY: prints the gateway's answer.
ask() {
  exec 3<> /dev/tcp/127.0.0.1/8083 || return 1
  printf '%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' "$1" "$2" "${#3}" "$3" >&3
  cat <&3
}
for _ in {1..120}; do
  session=$(ask POST /v1/sessions '{}' 2> /dev/null | grep -o '"sessionHandle":"[^"]*"' | cut -d '"' -f 4) && break
  sleep 0.5
done
execute() {
  ask POST "/v1/sessions/$session/statements" "{\"statement\": \"$(tr '\n' ' ' <<< "$1")\"}" > /dev/null
  sleep 3
}
kafka="'connector' = 'kafka', 'properties.bootstrap.servers' = '127.0.0.1:1', 'topic' = 't', 'properties.group.id' = 'g'"
postgres="'connector' = 'jdbc', 'url' = 'jdbc:postgresql://127.0.0.1:1/d', 'table-name' = 't'"
execute "CREATE TABLE readings (host STRING, cpu STRING, load DOUBLE, at TIMESTAMP_LTZ(3), p AS PROCTIME(),
  WATERMARK FOR at AS at - INTERVAL '5' SECOND) WITH ($kafka, 'format' = 'json')"
execute "CREATE TABLE thresholds (host STRING, threshold DOUBLE) WITH ($postgres)"
execute "CREATE TABLE counts (host STRING, n BIGINT, PRIMARY KEY (host) NOT ENFORCED) WITH ($postgres)"
execute "CREATE TABLE results (host STRING, value DOUBLE) WITH ($kafka, 'format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 't')"
execute "INSERT INTO results SELECT host, load FROM readings WHERE load > 80"
execute "INSERT INTO results SELECT host, AVG(load) FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(at),
  INTERVAL '30' SECOND)) GROUP BY host, window_start, window_end"
execute "INSERT INTO counts SELECT r.host, COUNT(*) FROM readings r JOIN thresholds FOR SYSTEM_TIME AS OF r.p AS t
  ON t.host = r.host WHERE r.load > t.threshold GROUP BY r.host"
execute "INSERT INTO results SELECT host, load - LAG(load) OVER (PARTITION BY host, cpu ORDER BY at) FROM readings"
sleep 5

kill "${pids[@]}"
wait || true
rm -rf "$PWD" /tmp/checkpoints
ls -l "$archives"
