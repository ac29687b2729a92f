package streaming.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import streaming.reading.SourceFormat.TimeUnit;
import streaming.reading.SourceFormat.UsageForm;

class ReadingParserTest {
    private final ReadingParser tutorial = new ReadingParser(SourceFormat.TUTORIAL);

    @Test
    void readsTheTutorialsMessage() {
        assertNull(read(tutorial, "{\"hostname\": \"dopey\", \"cpu\": \"cpu4\", \"usage\": 98.3, \"occurred_at\": 1633956789277}"));
        assertEquals("dopey", tutorial.hostname().toString());
        assertEquals("cpu4", tutorial.cpu().toString());
        assertEquals(98.3, tutorial.usage());
        assertEquals(1633956789277L, tutorial.occurredAt());
    }

    @ParameterizedTest
    @CsvSource({
        "-7.1e-10, 0", "100.0000000007, 100", "-0, 0", "7.1e-10, 7.1e-10", "99.99999999999999, 99.99999999999999",
        "0.30000000000000004, 0.30000000000000004", "12.5e0, 12.5", "100.5, 100", "-0.5, 0"
    })
    void takesUsageAsTheClosestDoubleWithinTheLimits(String written, double usage) {
        assertNull(read(tutorial, message("\"doc\"", written, "1633956789277")));
        assertEquals(usage, tutorial.usage());
    }

    @ParameterizedTest
    @CsvSource({
        "100.50000000000001, USAGE_OUT_OF_RANGE", "1e400, USAGE_NOT_A_NUMBER", "1e308, USAGE_OUT_OF_RANGE",
        "099, NOT_JSON", "NaN, NOT_JSON", "1., NOT_JSON", ".5, NOT_JSON", "true, USAGE_NOT_A_NUMBER", "null, NO_USAGE"
    })
    void rejectsUsage(String written, Rejection rejection) {
        assertEquals(rejection, read(tutorial, message("\"doc\"", written, "1633956789277")));
    }

    @ParameterizedTest
    @CsvSource({
        "a\\n, BAD_HOSTNAME", "a\\u0000, BAD_HOSTNAME", "a\\ud800, BAD_HOSTNAME", "\\u0020\\u2003, BLANK_HOSTNAME",
        "\\ufffd, BAD_HOSTNAME", "a\\x, NOT_JSON"
    })
    void rejectsHostnames(String written, Rejection rejection) {
        assertEquals(rejection, read(tutorial, message("\"" + written + "\"", "1", "1633956789277")));
    }

    @Test
    void countsCharactersOfTwoUnitsAsOne() {
        assertNull(read(tutorial, message("\"" + "🏠".repeat(253) + "\"", "1", "1633956789277")));
        assertEquals(Rejection.BAD_HOSTNAME, read(tutorial, message("\"" + "🏠".repeat(254) + "\"", "1", "1633956789277")));
    }

    @Test
    void takesTheLastOfRepeatedFields() {
        assertNull(read(tutorial, "{\"usage\":\"x\"," + message("\"doc\"", "1", "1633956789277").substring(1)));
        assertEquals(Rejection.USAGE_NOT_A_NUMBER,
                read(tutorial, message("\"doc\"", "1", "1633956789277").replace("}", ",\"us\\u0061ge\":\"x\"}")));
    }

    @Test
    void findsFieldsByPaths() {
        ReadingParser telegraf = new ReadingParser(new SourceFormat(
                FieldPath.parse("tags.host"), FieldPath.parse("tags.cpus[1]"), FieldPath.parse("fields.usage_idle"),
                FieldPath.parse("timestamp"), UsageForm.IDLE, TimeUnit.SECONDS));
        assertNull(read(telegraf,
                "{\"fields\":{\"usage_idle\":97.5},\"tags\":{\"host\":\"web\",\"cpus\":[0,\"cpu1\"]},\"timestamp\":1633956789}"));
        assertEquals("web", telegraf.hostname().toString());
        assertEquals("cpu1", telegraf.cpu().toString());
        assertEquals(2.5, telegraf.usage());
        assertEquals(1633956789000L, telegraf.occurredAt());
        assertEquals(Rejection.NO_HOSTNAME, read(telegraf,
                "{\"tags\":{\"host\":\"web\"},\"tags\":{\"[1]\":\"x\"},\"timestamp\":1633956789}"));
    }

    @ParameterizedTest
    @CsvSource({
        "SECONDS, 1633956789, 1633956789000", "SECONDS, 1633956789.277, 1633956789277",
        "MICROSECONDS, 1633956789277123, 1633956789277", "NANOSECONDS, 1633956789277123456, 1633956789277",
        "SECONDS, 1.633956789277e9, 1633956789277", "ISO_8601, \"2021-10-11T14:53:09.277999+02:00\", 1633956789277",
        "ISO_8601, \"2021-10-11T12:53Z\", 1633956780000", "ISO_8601, \"2001-09-09T01:46:40Z\", 1000000000000"
    })
    void readsTimesInAnyUnit(TimeUnit unit, String written, long time) {
        ReadingParser parser = parserOf(unit);
        assertNull(read(parser, message("\"doc\"", "1", written)));
        assertEquals(time, parser.occurredAt());
    }

    @ParameterizedTest
    @CsvSource({
        "SECONDS, 1e400, TIME_TYPE", "SECONDS, 999999999.9, TIME_UNIT", "SECONDS, 10000000000, TIME_UNIT",
        "MILLISECONDS, -163395678927, TIME_UNIT", "NANOSECONDS, 1633956789277123, TIME_UNIT",
        "ISO_8601, \"2021-02-29T12:00:00Z\", TIME_UNIT", "ISO_8601, \"2021-10-11t12:00:00z\", TIME_UNIT",
        "ISO_8601, \"2021-10-11T12:00:00+01:00:30\", TIME_UNIT", "ISO_8601, 1633956789277, TIME_TYPE",
        "ISO_8601, \"1970-01-01T00:00:05Z\", TIME_UNIT", "ISO_8601, \"2001-09-09T01:46:39.999Z\", TIME_UNIT"
    })
    void rejectsTimesInOtherForms(TimeUnit unit, String written, Rejection rejection) {
        assertEquals(rejection, read(parserOf(unit), message("\"doc\"", "1", written)));
    }

    private static ReadingParser parserOf(TimeUnit unit) {
        return new ReadingParser(new SourceFormat(
                SourceFormat.TUTORIAL.hostname(), SourceFormat.TUTORIAL.cpu(), SourceFormat.TUTORIAL.usage(),
                SourceFormat.TUTORIAL.time(), UsageForm.PERCENT, unit));
    }

    private static String message(String hostname, String usage, String time) {
        return "{\"hostname\":" + hostname + ",\"cpu\":\"cpu1\",\"usage\":" + usage + ",\"occurred_at\":" + time + "}";
    }

    private static Rejection read(ReadingParser parser, String message) {
        return parser.read(message.getBytes(StandardCharsets.UTF_8));
    }
}
