package streaming.reading;

import java.io.Serializable;

/** Where a message has the fields of a reading, and how it writes them. */
record SourceFormat(
        FieldPath hostname, FieldPath cpu, FieldPath usage, FieldPath time, UsageForm usageForm, TimeUnit timeUnit)
        implements Serializable {

    /** The tutorial's message: {"hostname": "doc", "cpu": "cpu1", "usage": 98.3, "occurred_at": 1633956789277}. */
    static final SourceFormat TUTORIAL = new SourceFormat(
            FieldPath.parse("hostname"),
            FieldPath.parse("cpu"),
            FieldPath.parse("usage"),
            FieldPath.parse("occurred_at"),
            UsageForm.PERCENT,
            TimeUnit.MILLISECONDS);

    /** How a usage is written. */
    enum UsageForm {
        PERCENT("0 to 100"),
        FRACTION("0 to 1"),
        /** The idle share, in percent. */
        IDLE("0 to 100");

        /** In words. */
        final String range;

        UsageForm(String range) {
            this.range = range;
        }

        /** The usage in percent. */
        double toPercent(double value) {
            return switch (this) {
                case PERCENT -> value;
                case FRACTION -> value * 100;
                case IDLE -> 100 - value;
            };
        }
    }

    /** How a time is written. */
    enum TimeUnit {
        SECONDS("a number", "seconds since 1970 (10 digits)", 10),
        MILLISECONDS("a whole number", "milliseconds since 1970 (13 digits)", 13),
        MICROSECONDS("a whole number", "microseconds since 1970 (16 digits)", 16),
        NANOSECONDS("a whole number", "nanoseconds since 1970 (19 digits)", 19),
        ISO_8601("a text", "ISO 8601 with a time zone, after 2001-09-09, such as 2026-01-05T13:00:00Z", 0);

        final String type;
        final String form;
        /** How many digits present-day times have before the decimal point. */
        final int digits;

        TimeUnit(String type, String form, int digits) {
            this.type = type;
            this.form = form;
            this.digits = digits;
        }
    }
}
