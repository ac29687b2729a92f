package streaming.reading;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds fields in a JSON object by their paths, in one pass that checks the whole text. If a name is repeated, its last
 * value counts.
 */
final class FieldFinder {
    /** Instead of a position: the field is missing, or null. */
    static final int MISSING = -1;

    private final JsonScanner scanner = new JsonScanner();
    private final Node root = new Node();
    /** By field: where its value begins, and the position after it. */
    private final int[] starts;
    private final int[] ends;
    private byte[] text = new byte[0];

    FieldFinder(FieldPath... paths) {
        starts = new int[paths.length];
        ends = new int[paths.length];
        for (int field = 0; field < paths.length; field++) root.add(paths[field], 0, field);
    }

    /** Whether the text is JSON. If it is also an object, {@link #start} then returns where the fields are. */
    boolean find(byte[] text) {
        this.text = text;
        scanner.start(text);
        Arrays.fill(starts, MISSING);
        int first = scanner.skipSpace(0);
        int behind = value(root, first);
        return behind != JsonScanner.INVALID && scanner.skipSpace(behind) == text.length;
    }

    boolean isObject() {
        return text[scanner.skipSpace(0)] == '{';
    }

    int start(int field) {
        return starts[field];
    }

    int end(int field) {
        return ends[field];
    }

    private int value(Node node, int at) {
        if (node.field >= 0) {
            int behind = scanner.skipValue(at);
            boolean isNull = behind != JsonScanner.INVALID && text[at] == 'n';
            starts[node.field] = isNull ? MISSING : at;
            ends[node.field] = behind;
            return behind;
        }
        node.forget(starts);
        if (at < text.length && text[at] == '{') return members(node, at);
        if (at < text.length && text[at] == '[' && node != root) return elements(node, at);
        return scanner.skipValue(at);
    }

    private int members(Node node, int at) {
        at = scanner.skipSpace(at + 1);
        if (at < text.length && text[at] == '}') return at + 1;
        while (true) {
            int behindName = scanner.skipString(at);
            if (behindName == JsonScanner.INVALID) return JsonScanner.INVALID;
            Node member = node.member(text, at + 1, behindName - 1);
            int start = scanner.skipColon(behindName);
            at = member == null ? scanner.skipValue(start) : value(member, start);
            if (at == JsonScanner.INVALID) return JsonScanner.INVALID;
            at = scanner.skipSpace(at);
            if (at >= text.length) return JsonScanner.INVALID;
            if (text[at] == '}') return at + 1;
            if (text[at] != ',') return JsonScanner.INVALID;
            at = scanner.skipSpace(at + 1);
        }
    }

    private int elements(Node node, int at) {
        at = scanner.skipSpace(at + 1);
        if (at < text.length && text[at] == ']') return at + 1;
        for (int index = 0; ; index++) {
            Node element = node.element(index);
            at = element == null ? scanner.skipValue(at) : value(element, at);
            if (at == JsonScanner.INVALID) return JsonScanner.INVALID;
            at = scanner.skipSpace(at);
            if (at >= text.length) return JsonScanner.INVALID;
            if (text[at] == ']') return at + 1;
            if (text[at] != ',') return JsonScanner.INVALID;
            at = scanner.skipSpace(at + 1);
        }
    }

    /** A place in a message on the way to fields, or a field itself. */
    private static final class Node {
        private final List<byte[]> names = new ArrayList<>();
        private final List<Node> members = new ArrayList<>();
        /** By index; null if no field is there. */
        private final List<Node> elements = new ArrayList<>();
        private int field = -1;

        void add(FieldPath path, int depth, int field) {
            if (depth == path.steps().size()) {
                if (this.field >= 0 || !members.isEmpty() || !elements.isEmpty()) throw clash(path);
                this.field = field;
                return;
            }
            if (this.field >= 0) throw clash(path);
            FieldPath.Step step = path.steps().get(depth);
            Node next = step.name() == null ? addElement(step.index()) : addMember(step.name());
            next.add(path, depth + 1, field);
        }

        private Node addMember(String name) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            Node known = find(bytes, 0, bytes.length);
            if (known != null) return known;
            Node member = new Node();
            names.add(bytes);
            members.add(member);
            return member;
        }

        private Node addElement(int index) {
            while (elements.size() <= index) elements.add(null);
            if (elements.get(index) == null) elements.set(index, new Node());
            return elements.get(index);
        }

        private static IllegalArgumentException clash(FieldPath path) {
            return new IllegalArgumentException("'" + path + "' is where another field is, or within it, or around it");
        }

        /** @param from after the opening quote; to is the closing one */
        Node member(byte[] text, int from, int to) {
            for (int at = from; at < to; at++) {
                if (text[at] != '\\') continue;
                byte[] name = JsonText.unescape(text, from, to).getBytes(StandardCharsets.UTF_8);
                return find(name, 0, name.length);
            }
            return find(text, from, to);
        }

        Node element(int index) {
            return index < elements.size() ? elements.get(index) : null;
        }

        private Node find(byte[] text, int from, int to) {
            for (int i = 0; i < names.size(); i++) {
                byte[] name = names.get(i);
                if (Arrays.equals(name, 0, name.length, text, from, to)) return members.get(i);
            }
            return null;
        }

        void forget(int[] starts) {
            if (field >= 0) starts[field] = MISSING;
            for (int i = 0; i < members.size(); i++) members.get(i).forget(starts);
            for (int i = 0; i < elements.size(); i++) if (elements.get(i) != null) elements.get(i).forget(starts);
        }
    }
}
