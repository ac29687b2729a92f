package streaming.reading;

import java.nio.charset.StandardCharsets;

/** Numbers within JSON, already known to be well-formed. */
final class JsonNumber {
    private JsonNumber() {}

    /** As many digits as a double holds exactly. */
    private static final int EXACT_DIGITS = 15;

    private static final double[] POWERS_OF_TEN = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    /**
     * The double closest to a number. One of up to 15 digits is the exact quotient of two exact doubles, which IEEE 754
     * rounds correctly; Java parses any other.
     */
    static double parse(byte[] text, int from, int to) {
        int at = from;
        boolean isNegative = text[at] == '-';
        if (isNegative) at++;
        long digits = 0;
        int count = 0;
        int decimals = 0;
        boolean isFraction = false;
        for (; at < to; at++) {
            byte b = text[at];
            if (b == '.') {
                isFraction = true;
                continue;
            }
            if (b < '0' || b > '9' || count == EXACT_DIGITS) return parseSlowly(text, from, to);
            digits = digits * 10 + (b - '0');
            count++;
            if (isFraction) decimals++;
        }
        double value = digits / POWERS_OF_TEN[decimals];
        return isNegative ? -value : value;
    }

    static boolean isWhole(byte[] text, int from, int to) {
        for (int at = from; at < to; at++) {
            byte b = text[at];
            if (b == '.' || b == 'e' || b == 'E') return false;
        }
        return true;
    }

    private static double parseSlowly(byte[] text, int from, int to) {
        return Double.parseDouble(new String(text, from, to - from, StandardCharsets.US_ASCII));
    }
}
