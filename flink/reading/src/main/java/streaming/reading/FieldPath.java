package streaming.reading;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a field is in a message, outermost step first. */
record FieldPath(String text, List<Step> steps) implements Serializable {

    /** To a member of an object by its name, or to an element of a list by its index, with no name. */
    record Step(String name, int index) implements Serializable {}

    private static final String NAME = "[^.\\[\\]\"\\\\\\p{Cntrl}]+";
    private static final Pattern STEP = Pattern.compile("\\.?(" + NAME + ")|\\[(\\d{1,4})\\]");
    private static final Pattern PATH = Pattern.compile(NAME + "(\\.(?!\\[)" + NAME + "|\\[\\d{1,4}\\])*");

    /**
     * Reads a path such as {@code usage}, {@code tags.host} or {@code cpus[0].load}.
     *
     * @throws IllegalArgumentException if it is not a path
     */
    static FieldPath parse(String text) {
        if (!PATH.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a path to a field, such as usage, tags.host or cpus[0].load");
        }
        List<Step> steps = new ArrayList<>();
        for (Matcher step = STEP.matcher(text); step.find(); ) {
            boolean isIndex = step.group(2) != null;
            steps.add(isIndex ? new Step(null, Integer.parseInt(step.group(2))) : new Step(step.group(1), -1));
        }
        return new FieldPath(text, List.copyOf(steps));
    }

    @Override
    public String toString() {
        return text;
    }
}
