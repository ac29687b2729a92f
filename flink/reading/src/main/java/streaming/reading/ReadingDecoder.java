package streaming.reading;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;

/**
 * Turns each reading, and each heartbeat, into one row. Any other message has no row unless it is to be kept, because a
 * row counts as activity: a partition that has only such messages would hold back event time for good. If it is kept, the
 * columns of a reading are NULL.
 */
final class ReadingDecoder implements DeserializationSchema<RowData> {
    private static final long serialVersionUID = 1L;

    /** What a column can hold, by its name in the table, or as metadata. */
    enum Content {
        HOSTNAME,
        CPU,
        USAGE,
        OCCURRED_AT,
        HEARTBEAT,
        MESSAGE,
        REASON
    }

    private final SourceFormat format;
    private final Content[] columns;
    private final boolean keepsInvalid;
    private final TypeInformation<RowData> type;
    private transient ReadingParser parser;
    private transient Map<Rejection, StringData> reasons;

    ReadingDecoder(SourceFormat format, List<Content> columns, TypeInformation<RowData> type, boolean keepsInvalid) {
        this.format = format;
        this.columns = columns.toArray(Content[]::new);
        this.keepsInvalid = keepsInvalid;
        this.type = type;
    }

    @Override
    public void open(InitializationContext context) {
        parser = new ReadingParser(format);
        reasons = new EnumMap<>(Rejection.class);
        for (Rejection rejection : Rejection.values()) {
            reasons.put(rejection, StringData.fromString(rejection.reason(format)));
        }
    }

    /** @return null if there is no row */
    @Override
    public RowData deserialize(byte[] message) {
        Rejection rejection = parser.read(message);
        GenericRowData row = new GenericRowData(columns.length);
        if (rejection == null) {
            for (int i = 0; i < columns.length; i++) row.setField(i, ofReading(columns[i], message));
            return row;
        }
        long heartbeat = Heartbeat.parse(message);
        if (heartbeat < 0 && !keepsInvalid) return null;
        for (int i = 0; i < columns.length; i++) row.setField(i, ofOther(columns[i], message, heartbeat, rejection));
        return row;
    }

    private Object ofReading(Content column, byte[] message) {
        return switch (column) {
            case HOSTNAME -> parser.hostname();
            case CPU -> parser.cpu();
            case USAGE -> parser.usage();
            case OCCURRED_AT -> parser.occurredAt();
            case MESSAGE -> StringData.fromBytes(message);
            case HEARTBEAT, REASON -> null;
        };
    }

    private Object ofOther(Content column, byte[] message, long heartbeat, Rejection rejection) {
        return switch (column) {
            case MESSAGE -> message == null ? null : StringData.fromBytes(message);
            case HEARTBEAT -> heartbeat < 0 ? null : heartbeat;
            case REASON -> heartbeat < 0 ? reasons.get(rejection) : null;
            case HOSTNAME, CPU, USAGE, OCCURRED_AT -> null;
        };
    }

    @Override
    public boolean isEndOfStream(RowData next) {
        return false;
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
        return type;
    }

    /** What the pipeline heartbeat writes: how far event time has advanced. */
    private static final class Heartbeat {
        private static final byte[] BEGINNING = "{\"heartbeat\":".getBytes(StandardCharsets.US_ASCII);
        private static final int DIGITS = 13;

        /** Epoch milliseconds, or -1 if a message is not a heartbeat. */
        static long parse(byte[] message) {
            if (message == null || message.length > BEGINNING.length + DIGITS + 2) return -1;
            for (int i = 0; i < BEGINNING.length; i++) {
                if (i >= message.length || message[i] != BEGINNING[i]) return -1;
            }
            int at = BEGINNING.length;
            if (at < message.length && message[at] == ' ') at++;
            if (message.length != at + DIGITS + 1 || message[at + DIGITS] != '}') return -1;
            long time = 0;
            for (int end = at + DIGITS; at < end; at++) {
                if (message[at] < '0' || message[at] > '9') return -1;
                time = time * 10 + (message[at] - '0');
            }
            return time;
        }
    }
}
