package wdfs.runtime;

import java.util.ArrayList;
import java.util.List;

/// What went wrong, told so that one can mend it: name and code, rule, circumstances, bytes, stack, story.
/// @param kind WARNING is no mistake by itself, VIOLATION goes on, BUGCHECK ends the machine, HOST_KILL a driver host, EXCEPTION ends a process, STALL and LEAK are found at the end
/// @param name `InfoLeak`, `WDF_VIOLATION`
/// @param rule a rule id of the specification, or empty
/// @param code a bug check's or exception's code
/// @param parameters a bug check's four parameters
public record Report(Kind kind, String name, String rule, String headline, long code, long[] parameters, List<String> body) {
    public enum Kind { WARNING, VIOLATION, BUGCHECK, HOST_KILL, EXCEPTION, STALL, LEAK, EXPECTATION, LIMIT }

    public Report {
        body = List.copyOf(body);
    }

    /// The same with `lines` in front of its body.
    Report with(List<String> lines) {
        List<String> all = new ArrayList<>(lines);
        if (!lines.isEmpty() && !body.isEmpty() && !body.getFirst().isEmpty()) {
            all.add("");
        }
        all.addAll(body);
        return new Report(kind, name, rule, headline, code, parameters, all);
    }

    /// The same as the end of a driver host.
    /// @param facts lines that stand behind the place where it happened
    /// @param subject the request that the driver was at work on; its story follows unless it is told already. Null for none
    public Report asHostKill(List<String> facts, Subject subject) {
        List<String> all = new ArrayList<>(body);
        int at = 0;
        while (at < all.size() && !all.get(at).startsWith("  at ")) {
            at++;
        }
        if (subject != null && !all.containsAll(subject.description())) {
            all.addAll(Math.min(at, all.size()), subject.description());
            at += subject.description().size();
        }
        at = Math.min(at + 1, all.size());
        while (at < all.size() && all.get(at).startsWith("             ")) {
            at++;
        }
        all.addAll(at, facts);
        if (subject != null && !all.contains("  " + subject.storyTitle())) {
            all.addAll(new Builder(Kind.HOST_KILL, name, rule, "").line("").story(subject).body);
        }
        return new Report(Kind.HOST_KILL, name, rule, headline, code, parameters, all);
    }

    public static final class Builder {
        private final Kind kind;
        private final String name;
        private final String rule;
        private final String headline;
        private long code;
        private long[] parameters = new long[4];
        private final List<String> body = new ArrayList<>();

        public Builder(Kind kind, String name, String rule, String headline) {
            this.kind = kind;
            this.name = name;
            this.rule = rule;
            this.headline = headline;
        }

        public Builder code(long value, long... list) {
            code = value;
            for (int i = 0; i < list.length; i++) {
                parameters[i] = list[i];
            }
            return this;
        }

        public Builder line(String format, Object... arguments) {
            body.add(arguments.length == 0 ? format : format.formatted(arguments));
            return this;
        }

        /// A line of the head: a word, and what it says.
        public Builder fact(String word, String text) {
            body.add("  %-10s %s".formatted(word, text));
            return this;
        }

        public Builder blank() {
            if (!body.isEmpty() && !body.getLast().isEmpty()) {
                body.add("");
            }
            return this;
        }

        public Builder subject(Subject subject) {
            if (subject != null) {
                body.addAll(subject.description());
            }
            return this;
        }

        public Builder story(Subject subject) {
            if (subject != null) {
                List<String> story = subject.story();
                blank();
                body.add("  " + subject.storyTitle());
                int from = Math.max(0, story.size() - 12);
                if (from > 0) {
                    body.add("    … " + from + " earlier");
                }
                story.subList(from, story.size()).forEach(l -> body.add("    " + l));
            }
            return this;
        }

        public Builder stack(List<wdfs.machine.ScriptFrame> frames, String context) {
            for (int i = 0; i < frames.size() && i < 8; i++) {
                String where = "%s  %s".formatted(frames.get(i).place(), frames.get(i).function());
                body.add("  %-10s %s%s".formatted(i == 0 ? "at" : "", where, i == 0 && !context.isEmpty() ? ", " + context : ""));
            }
            return this;
        }

        public Builder help(String text) {
            blank();
            body.add("  mend: " + text);
            return this;
        }

        public Report build() {
            return new Report(kind, name, rule, headline, code, parameters, body);
        }
    }

    /// `1 byte`, `2 bytes`.
    public static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /// The name under which `wdfs doc` tells more, empty if it has nothing.
    public String page() {
        return switch (kind) {
            case WARNING, VIOLATION, STALL, LEAK -> name;
            case BUGCHECK -> BugChecks.isKnown((int) code) ? name : "";
            case HOST_KILL -> name.equals("HOST_TIMEOUT") || BugChecks.isKnown((int) code) ? name : "";
            case EXCEPTION, EXPECTATION, LIMIT -> "";
        };
    }

    /// `*** VIOLATION InfoLeak (IOM-193): …`.
    public String title() {
        String ruleText = rule.isEmpty() ? "" : " (" + rule + ")";
        return switch (kind) {
            case WARNING -> "*** WARNING " + name + ruleText + ": " + headline;
            case VIOLATION -> "*** VIOLATION " + name + ruleText + ": " + headline;
            case BUGCHECK -> "*** BUGCHECK 0x%X %s (0x%X, 0x%X, 0x%X, 0x%X)%s%s".formatted(code, name, parameters[0], parameters[1], parameters[2], parameters[3],
                    ruleText, headline.isEmpty() ? "" : ": " + headline);
            case HOST_KILL -> "*** HOST TERMINATED %s%s%s%s".formatted(code == 0 ? "" : "0x%X ".formatted(code), name,
                    code == 0 || code >>> 31 != 0 && parameters[0] == 0 && parameters[1] == 0 ? "" : " (0x%X, 0x%X, 0x%X, 0x%X)".formatted(parameters[0], parameters[1], parameters[2], parameters[3]),   // an exception has none
                    ruleText + (headline.isEmpty() ? "" : ": " + headline));
            case EXCEPTION -> "*** EXCEPTION " + name + ruleText + ": " + headline;
            case STALL -> "*** STALL" + ruleText + ": " + headline;
            case LEAK -> "*** LEAK " + name + ruleText + ": " + headline;
            case LIMIT -> "*** LIMIT of " + name + " reached: " + headline;
            case EXPECTATION -> "*** EXPECTATION FAILED: " + headline;
        };
    }
}
