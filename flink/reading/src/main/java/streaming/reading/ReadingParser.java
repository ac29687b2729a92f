package streaming.reading;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.apache.flink.table.data.StringData;

/**
 * Decides whether a message is a valid reading, and extracts its fields. For a Flink without this format,
 * cpu_in_text.sql and cpu_in_other_text.sql in sql/flink/tables make the same decisions. An instance is for one thread
 * and keeps only the last reading.
 */
final class ReadingParser {
    private static final int HOSTNAME = 0;
    private static final int CPU = 1;
    private static final int USAGE = 2;
    private static final int TIME = 3;

    private static final int LONGEST_HOSTNAME = 253;
    private static final int LONGEST_CPU = 64;
    /** How far a usage may exceed a limit, in percent: rounding turns a saturated CPU into 100.0000000007. */
    private static final double ROUNDING = 0.5;
    private static final int MOST_BRACKETS = 1000;

    /** The first time of 13 digits. A device that has just started may take the year for 1970. */
    private static final long EARLIEST = 1_000_000_000_000L;

    /** Java accepts more spellings than others do. */
    private static final Pattern ISO_TIME = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[+-]\\d\\d:\\d\\d)");

    private final SourceFormat format;
    private final FieldFinder fields;

    private byte[] message;
    private StringData hostname;
    private StringData cpu;
    private double usage;
    private long occurredAt;

    ReadingParser(SourceFormat format) {
        this.format = format;
        this.fields = new FieldFinder(format.hostname(), format.cpu(), format.usage(), format.time());
    }

    /** Reads a message. Returns null if it is a valid reading; the methods below then return its fields. */
    Rejection read(byte[] message) {
        this.message = message;
        if (message == null || message.length == 0) return Rejection.EMPTY;
        if (hasTooManyBrackets(message)) return Rejection.TOO_DEEP;
        if (!fields.find(message)) return Rejection.NOT_JSON;
        if (!fields.isObject()) return Rejection.NOT_AN_OBJECT;
        if (isMissing(HOSTNAME)) return Rejection.NO_HOSTNAME;
        if (isMissing(CPU)) return Rejection.NO_CPU;
        if (isMissing(USAGE)) return Rejection.NO_USAGE;
        if (isMissing(TIME)) return Rejection.NO_TIME;
        if (!isText(HOSTNAME)) return Rejection.HOSTNAME_NOT_TEXT;
        if (!isText(CPU)) return Rejection.CPU_NOT_TEXT;
        if (!isNumber(USAGE)) return Rejection.USAGE_NOT_A_NUMBER;
        double sent = number(USAGE);
        if (isTooLarge(USAGE, sent)) return Rejection.USAGE_NOT_A_NUMBER;
        if (!hasTimeType()) return Rejection.TIME_TYPE;
        hostname = name(HOSTNAME, LONGEST_HOSTNAME);
        if (hostname == null) return Rejection.BAD_HOSTNAME;
        cpu = name(CPU, LONGEST_CPU);
        if (cpu == null) return Rejection.BAD_CPU;
        if (isBlank(HOSTNAME, hostname)) return Rejection.BLANK_HOSTNAME;
        if (isBlank(CPU, cpu)) return Rejection.BLANK_CPU;
        double percent = format.usageForm().toPercent(sent);
        if (percent < -ROUNDING || percent > 100 + ROUNDING) return Rejection.USAGE_OUT_OF_RANGE;
        // Turns minus zero into zero, too.
        usage = percent <= 0 ? 0 : Math.min(percent, 100);
        occurredAt = time();
        return occurredAt < 0 ? Rejection.TIME_UNIT : null;
    }

    StringData hostname() {
        return hostname;
    }

    StringData cpu() {
        return cpu;
    }

    /** In percent, from 0 to 100. */
    double usage() {
        return usage;
    }

    /** In epoch milliseconds. */
    long occurredAt() {
        return occurredAt;
    }

    /** A shorter message need not be searched. */
    private static boolean hasTooManyBrackets(byte[] message) {
        if (message.length <= MOST_BRACKETS) return false;
        int brackets = 0;
        for (byte b : message) if (b == '[' || b == '{') brackets++;
        return brackets > MOST_BRACKETS;
    }

    private boolean isMissing(int field) {
        return fields.start(field) == FieldFinder.MISSING;
    }

    private byte first(int field) {
        return message[fields.start(field)];
    }

    private boolean isText(int field) {
        return first(field) == '"';
    }

    private boolean isNumber(int field) {
        byte first = first(field);
        return first == '-' || (first >= '0' && first <= '9');
    }

    private double number(int field) {
        return JsonNumber.parse(message, fields.start(field), fields.end(field));
    }

    /** An exponent too large for a double is not a number; digits, however many, are. */
    private boolean isTooLarge(int field, double number) {
        return Double.isInfinite(number) && !isWhole(field);
    }

    private boolean isWhole(int field) {
        return JsonNumber.isWhole(message, fields.start(field), fields.end(field));
    }

    private boolean hasTimeType() {
        return switch (format.timeUnit()) {
            case ISO_8601 -> isText(TIME);
            case SECONDS -> isNumber(TIME) && !isTooLarge(TIME, number(TIME));
            default -> isNumber(TIME) && isWhole(TIME);
        };
    }

    /** Epoch milliseconds, or -1 if it is written in another unit. */
    private long time() {
        SourceFormat.TimeUnit unit = format.timeUnit();
        int from = fields.start(TIME);
        int to = fields.end(TIME);
        if (unit == SourceFormat.TimeUnit.ISO_8601) return isoTime(JsonText.unescape(message, from + 1, to - 1));
        if (unit == SourceFormat.TimeUnit.SECONDS) {
            double seconds = number(TIME);
            return seconds >= 1e9 && seconds < 1e10 ? Math.round(seconds * 1000) : -1;
        }
        if (to - from != unit.digits || message[from] == '-') return -1;
        // The first 13 digits are milliseconds in any of the units.
        long milliseconds = 0;
        for (int at = from; at < from + 13; at++) milliseconds = milliseconds * 10 + (message[at] - '0');
        return milliseconds;
    }

    private static long isoTime(String text) {
        if (!ISO_TIME.matcher(text).matches()) return -1;
        try {
            long time = OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME).toInstant().toEpochMilli();
            return time >= EARLIEST ? time : -1;
        } catch (DateTimeException | ArithmeticException e) {
            return -1;
        }
    }

    /** The text of a field, or null if it is too long, empty, or has characters that are not allowed in names. */
    private StringData name(int field, int longest) {
        int from = fields.start(field) + 1;
        int to = fields.end(field) - 1;
        for (int at = from; at < to; at++) {
            byte b = message[at];
            // Not plain ASCII, an escape, or 0x7f, a control character.
            if (b < 0 || b == '\\' || b == 0x7f) return unusualName(JsonText.unescape(message, from, to), longest);
        }
        if (to == from || to - from > longest) return null;
        return StringData.fromBytes(message, from, to - from);
    }

    private static StringData unusualName(String name, int longest) {
        int length = name.codePointCount(0, name.length());
        boolean isAllowed = length >= 1 && length <= longest && name.codePoints().noneMatch(ReadingParser::isForbidden);
        return isAllowed ? StringData.fromString(name) : null;
    }

    /** Control characters, halves of surrogate pairs, and the replacement for bytes that are not UTF-8. */
    private static boolean isForbidden(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL || type == Character.SURROGATE || codePoint == 0xfffd;
    }

    private boolean isBlank(int field, StringData name) {
        byte first = message[fields.start(field) + 1];
        // Most names begin with a letter or digit.
        if (first > ' ' && first != '\\') return false;
        return name.toString().codePoints().allMatch(ReadingParser::isSeparator);
    }

    private static boolean isSeparator(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.SPACE_SEPARATOR
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
