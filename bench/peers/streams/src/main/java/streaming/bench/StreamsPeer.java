package streaming.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Suppressed.BufferConfig;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.Stores;

/**
 * The filter, or the windows of 30 seconds, as a Kafka Streams program: exactly once, one commit per second, state in
 * memory. Arguments: filter or windows, bootstrap servers, topic of the readings, topic of the results, application id,
 * and a file of client properties.
 */
public final class StreamsPeer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(10);

    public record Reading(String hostname, String cpu, double usage, long occurred_at) {}

    public record Filtered(String time_ltz, String hostname, String cpu, double usage) {}

    public record Totals(double sum, double max, long count) {}

    public record Averages(String window_start, String window_end, double usage_avg, double usage_max) {}

    public static void main(String[] arguments) throws IOException {
        Properties properties = new Properties();
        try (var file = Files.newBufferedReader(Path.of(arguments[5]))) {
            properties.load(file);
        }
        properties.put("bootstrap.servers", arguments[1]);
        properties.put("application.id", arguments[4]);
        properties.put("processing.guarantee", "exactly_once_v2");
        properties.put("commit.interval.ms", 1000);
        properties.put("replication.factor", 1);
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, Reading> readings = builder
                .stream(arguments[2], Consumed.with(Serdes.String(), json(Reading.class))
                        .withTimestampExtractor((message, newest) ->
                                message.value() instanceof Reading reading ? reading.occurred_at() : -1))
                .filter((key, reading) -> reading != null);
        if (arguments[0].equals("filter")) filter(readings, arguments[3]);
        else windows(readings, arguments[3]);
        Topology topology = builder.build();
        KafkaStreams streams = new KafkaStreams(topology, properties);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(5))));
        streams.start();
    }

    private static void filter(KStream<String, Reading> readings, String output) {
        readings.filter((key, reading) -> reading.usage() > 80)
                .mapValues(reading -> new Filtered(
                        Instant.ofEpochMilli(reading.occurred_at()).toString(),
                        reading.hostname(),
                        reading.cpu(),
                        reading.usage()))
                .to(output, Produced.with(Serdes.String(), json(Filtered.class)));
    }

    private static void windows(KStream<String, Reading> readings, String output) {
        readings.groupByKey(Grouped.with(Serdes.String(), json(Reading.class)))
                .windowedBy(TimeWindows.ofSizeAndGrace(WINDOW, GRACE))
                .aggregate(
                        () -> new Totals(0, 0, 0),
                        (key, reading, totals) -> new Totals(
                                totals.sum() + reading.usage(),
                                Math.max(totals.max(), reading.usage()),
                                totals.count() + 1),
                        Materialized.<String, Totals>as(Stores.inMemoryWindowStore(
                                        "averages", WINDOW.plus(GRACE), WINDOW, false))
                                .withKeySerde(Serdes.String())
                                .withValueSerde(json(Totals.class)))
                .suppress(Suppressed.untilWindowCloses(BufferConfig.unbounded()))
                .toStream()
                .map((window, totals) -> KeyValue.pair(
                        window.key(),
                        new Averages(
                                window.window().startTime().toString(),
                                window.window().endTime().toString(),
                                totals.sum() / totals.count(),
                                totals.max())))
                .to(output, Produced.with(Serdes.String(), json(Averages.class)));
    }

    private static <T> Serde<T> json(Class<T> type) {
        ObjectReader reader = JSON.readerFor(type);
        ObjectWriter writer = JSON.writerFor(type);
        Serializer<T> serializer = (topic, value) -> {
            try {
                return value == null ? null : writer.writeValueAsBytes(value);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        };
        Deserializer<T> deserializer = (topic, bytes) -> {
            try {
                return bytes == null ? null : reader.readValue(bytes);
            } catch (IOException e) {
                return null;
            }
        };
        return Serdes.serdeFrom(serializer, deserializer);
    }
}
