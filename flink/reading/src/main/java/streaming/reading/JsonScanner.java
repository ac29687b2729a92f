package streaming.reading;

/**
 * Walks through the bytes of a JSON text (RFC 8259) and finds its tokens. It creates no objects, and returns
 * {@link #INVALID} for a text that is not JSON. Bytes that are not UTF-8 are accepted only within strings.
 */
final class JsonScanner {
    /** Instead of a position: the text is not JSON. */
    static final int INVALID = -1;

    private byte[] text = new byte[0];
    private int end;

    void start(byte[] text) {
        this.text = text;
        this.end = text.length;
    }

    /** The position of the next byte that is not white space; the text's end if there is none. */
    int skipSpace(int at) {
        while (at < end) {
            byte b = text[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') break;
            at++;
        }
        return at;
    }

    /** The position after the value that begins here, or INVALID. */
    int skipValue(int at) {
        if (at >= end) return INVALID;
        switch (text[at]) {
            case '"':
                return skipString(at);
            case '{':
                return skipObject(at);
            case '[':
                return skipArray(at);
            case 't':
                return skipWord(at, TRUE);
            case 'f':
                return skipWord(at, FALSE);
            case 'n':
                return skipWord(at, NULL);
            default:
                return skipNumber(at);
        }
    }

    /** The position after the closing quote of the string that begins here, or INVALID. */
    int skipString(int at) {
        if (at >= end || text[at] != '"') return INVALID;
        for (at++; at < end; at++) {
            byte b = text[at];
            if (b == '"') return at + 1;
            if (b == '\\') {
                at++;
                if (at >= end) return INVALID;
                if (text[at] == 'u') {
                    if (!hexDigits(at + 1)) return INVALID;
                    at += 4;
                } else if (ESCAPED.indexOf(text[at]) < 0) {
                    return INVALID;
                }
            } else if (b >= 0 && b < ' ') {
                return INVALID;
            }
        }
        return INVALID;
    }

    /** The position after the number that begins here, or INVALID. */
    int skipNumber(int at) {
        if (at < end && text[at] == '-') at++;
        int first = at;
        at = skipDigits(at);
        if (at == first || (text[first] == '0' && at > first + 1)) return INVALID;
        if (at < end && text[at] == '.') {
            int fraction = at + 1;
            at = skipDigits(fraction);
            if (at == fraction) return INVALID;
        }
        if (at < end && (text[at] == 'e' || text[at] == 'E')) {
            int exponent = at + 1;
            if (exponent < end && (text[exponent] == '+' || text[exponent] == '-')) exponent++;
            at = skipDigits(exponent);
            if (at == exponent) return INVALID;
        }
        return at;
    }

    private int skipObject(int at) {
        at = skipSpace(at + 1);
        if (at < end && text[at] == '}') return at + 1;
        while (true) {
            at = skipValue(skipColon(skipString(at)));
            if (at == INVALID) return INVALID;
            at = skipSpace(at);
            if (at >= end) return INVALID;
            if (text[at] == '}') return at + 1;
            if (text[at] != ',') return INVALID;
            at = skipSpace(at + 1);
        }
    }

    /** From the position after a name to the value's first byte. */
    int skipColon(int at) {
        if (at == INVALID) return end;
        at = skipSpace(at);
        return at < end && text[at] == ':' ? skipSpace(at + 1) : end;
    }

    private int skipArray(int at) {
        at = skipSpace(at + 1);
        if (at < end && text[at] == ']') return at + 1;
        while (true) {
            at = skipValue(at);
            if (at == INVALID) return INVALID;
            at = skipSpace(at);
            if (at >= end) return INVALID;
            if (text[at] == ']') return at + 1;
            if (text[at] != ',') return INVALID;
            at = skipSpace(at + 1);
        }
    }

    private int skipWord(int at, byte[] word) {
        if (end - at < word.length) return INVALID;
        for (byte b : word) if (text[at++] != b) return INVALID;
        return at;
    }

    private int skipDigits(int at) {
        while (at < end && text[at] >= '0' && text[at] <= '9') at++;
        return at;
    }

    private boolean hexDigits(int at) {
        if (end - at < 4) return false;
        for (int i = at; i < at + 4; i++) if (Character.digit(text[i], 16) < 0) return false;
        return true;
    }

    private static final String ESCAPED = "\"\\/bfnrt";
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
}
