package streaming.reading;

/** Why a message is not a valid reading: the first thing that is wrong with it, in the order of this list. */
enum Rejection {
    EMPTY,
    TOO_DEEP,
    NOT_JSON,
    NOT_AN_OBJECT,
    NO_HOSTNAME,
    NO_CPU,
    NO_USAGE,
    NO_TIME,
    HOSTNAME_NOT_TEXT,
    CPU_NOT_TEXT,
    USAGE_NOT_A_NUMBER,
    TIME_TYPE,
    BAD_HOSTNAME,
    BAD_CPU,
    BLANK_HOSTNAME,
    BLANK_CPU,
    USAGE_OUT_OF_RANGE,
    TIME_UNIT;

    /** What the quarantine says about it, with each field named by its path in the message. */
    String reason(SourceFormat format) {
        String hostname = format.hostname().toString();
        String cpu = format.cpu().toString();
        String usage = format.usage().toString();
        String time = format.time().toString();
        return switch (this) {
            case EMPTY -> "empty";
            case TOO_DEEP -> "more than 1000 brackets and braces";
            case NOT_JSON -> "not JSON";
            case NOT_AN_OBJECT -> "not a JSON object";
            case NO_HOSTNAME -> hostname + " is missing";
            case NO_CPU -> cpu + " is missing";
            case NO_USAGE -> usage + " is missing";
            case NO_TIME -> time + " is missing";
            case HOSTNAME_NOT_TEXT -> hostname + " is not a text";
            case CPU_NOT_TEXT -> cpu + " is not a text";
            case USAGE_NOT_A_NUMBER -> usage + " is not a number";
            case TIME_TYPE -> time + " is not " + format.timeUnit().type;
            case BAD_HOSTNAME -> hostname + " is not 1 to 253 characters without control characters";
            case BAD_CPU -> cpu + " is not 1 to 64 characters without control characters";
            case BLANK_HOSTNAME -> hostname + " is blank";
            case BLANK_CPU -> cpu + " is blank";
            case USAGE_OUT_OF_RANGE -> usage + " is outside " + format.usageForm().range;
            case TIME_UNIT -> time + " is not in " + format.timeUnit().form;
        };
    }
}
