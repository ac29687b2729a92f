package streaming.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;
import streaming.reading.ReadingDecoder.Content;

class ReadingDecoderTest {
    private static final List<Content> COLUMNS = List.of(Content.HOSTNAME, Content.HEARTBEAT, Content.REASON);
    private static final String READING =
            "{\"hostname\": \"doc\", \"cpu\": \"cpu1\", \"usage\": 5, \"occurred_at\": 1633956789277}";
    private static final String HEARTBEAT = "{\"heartbeat\":1633956789277}";

    @Test
    void hasNoRowForAnInvalidMessage() {
        assertNull(decode("no reading", false));
        assertNull(decode("", false));
        assertNull(decode(null, false));
    }

    @Test
    void hasARowForAReadingAndAHeartbeat() {
        for (boolean keepsInvalid : List.of(false, true)) {
            assertEquals("doc", decode(READING, keepsInvalid).getString(0).toString());
            assertEquals(1633956789277L, decode(HEARTBEAT, keepsInvalid).getLong(1));
        }
    }

    @Test
    void hasARowWithTheReasonForAnInvalidMessageThatIsKept() {
        RowData row = decode("no reading", true);
        assertTrue(row.isNullAt(0));
        assertEquals("not JSON", row.getString(2).toString());
        assertEquals("empty", decode(null, true).getString(2).toString());
    }

    private static RowData decode(String message, boolean keepsInvalid) {
        ReadingDecoder decoder = new ReadingDecoder(SourceFormat.TUTORIAL, COLUMNS, null, keepsInvalid);
        decoder.open(null);
        return decoder.deserialize(message == null ? null : message.getBytes(StandardCharsets.UTF_8));
    }
}
