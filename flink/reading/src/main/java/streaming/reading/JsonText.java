package streaming.reading;

import java.nio.charset.StandardCharsets;

/** Texts within JSON. */
final class JsonText {
    private JsonText() {}

    /**
     * The text that the inside of a JSON string stands for. Bytes that are not UTF-8 become U+FFFD.
     *
     * @param from after the opening quote
     * @param to the closing quote
     */
    static String unescape(byte[] text, int from, int to) {
        String written = new String(text, from, to - from, StandardCharsets.UTF_8);
        if (written.indexOf('\\') < 0) return written;
        StringBuilder meant = new StringBuilder(written.length());
        for (int at = 0; at < written.length(); at++) {
            char c = written.charAt(at);
            if (c != '\\') {
                meant.append(c);
                continue;
            }
            c = written.charAt(++at);
            switch (c) {
                case 'b' -> meant.append('\b');
                case 'f' -> meant.append('\f');
                case 'n' -> meant.append('\n');
                case 'r' -> meant.append('\r');
                case 't' -> meant.append('\t');
                case 'u' -> {
                    meant.append((char) Integer.parseInt(written.substring(at + 1, at + 5), 16));
                    at += 4;
                }
                default -> meant.append(c);
            }
        }
        return meant.toString();
    }
}
