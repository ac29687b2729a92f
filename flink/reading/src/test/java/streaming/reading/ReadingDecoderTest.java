package streaming.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;
import streaming.reading.ReadingDecoder.Content;

class ReadingDecoderTest {
    private static final String READING =
            "{\"hostname\": \"doc\", \"cpu\": \"cpu1\", \"usage\": 5, \"occurred_at\": 1633956789277}";
    private static final String HEARTBEAT = "{\"heartbeat\":1633956789277}";

    @Test
    void hasNoRowForAnInvalidMessageThatNobodyAsksFor() {
        List<Content> columns = List.of(Content.HOSTNAME, Content.HEARTBEAT);
        assertNull(decode(columns, "no reading"));
        assertNull(decode(columns, ""));
        assertNull(decode(columns, null));
        assertEquals("doc", decode(columns, READING).getString(0).toString());
        assertEquals(1633956789277L, decode(columns, HEARTBEAT).getLong(1));
    }

    @Test
    void hasARowForAnInvalidMessageWhoseReasonIsAskedFor() {
        RowData row = decode(List.of(Content.HOSTNAME, Content.REASON), "no reading");
        assertNull(row.isNullAt(0) ? null : row.getString(0));
        assertEquals("not JSON", row.getString(1).toString());
    }

    @Test
    void hasARowForAnInvalidMessageThatIsAskedFor() {
        assertEquals("no reading", decode(List.of(Content.HOSTNAME, Content.MESSAGE), "no reading").getString(1).toString());
    }

    private static RowData decode(List<Content> columns, String message) {
        ReadingDecoder decoder = new ReadingDecoder(SourceFormat.TUTORIAL, columns, null);
        decoder.open(null);
        return decoder.deserialize(message == null ? null : message.getBytes(StandardCharsets.UTF_8));
    }
}
