package wdfs.doc;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.engine.Engine;
import wdfs.semantics.CallbackTable;
import wdfs.source.Span;
import wdfs.syntax.Decl;

/// Reads what the library's declarations say.
final class Declarations {
    /// The widest declaration that stays on one line.
    private static final int WIDEST = 96;
    private static final Pattern ATTRIBUTES = Pattern.compile("\\[\\[.*?\\]\\]\\s*", Pattern.DOTALL);

    private final Engine engine;

    Declarations(Engine engine) {
        this.engine = engine;
    }

    Optional<Entry> of(String name) {
        String type = CallbackTable.typeOf(name);
        if (!type.isEmpty()) {
            return declared(type).map(e -> new Entry(name, "callback", e.module(), e.declaration(), e.doc(), callbackFacts(name, e.facts())));
        }
        return declared(name);
    }

    private static List<Entry.Fact> callbackFacts(String name, List<Entry.Fact> ofType) {
        List<Entry.Fact> facts = new ArrayList<>();
        facts.add(new Entry.Fact("stands in", CallbackTable.home(name)));
        facts.addAll(ofType);
        return facts;
    }

    private Optional<Entry> declared(String name) {
        Optional<Decl> decl = engine.library().find(name);
        Optional<Span> place = engine.library().place(name);
        if (decl.isEmpty() || place.isEmpty()) {
            return Optional.empty();
        }
        String module = place.get().file().path().replaceFirst("^.*/", "").replaceFirst("\\.wdfs$", "");
        String text = withoutDoc(place.get().text());
        return Optional.of(switch (decl.get()) {
            case Decl.Function f -> new Entry(name, "function", module, prototype(f, text), doc(f.doc()), facts(f));
            case Decl.Define d -> new Entry(name, "constant", module, lines(text), doc(d.doc()), List.of());
            case Decl.Ioctl d -> new Entry(name, "constant", module, lines(text), doc(d.doc()), List.of());
            case Decl.Variable d -> new Entry(name, "constant", module, lines(ATTRIBUTES.matcher(text).replaceAll("")), doc(d.doc()), List.of());
            case Decl.FormDecl _ -> new Entry(name, "constant", module, lines(text), List.of(), List.of());
            case Decl.Typedef d -> new Entry(name, "type", module, wrapped(ATTRIBUTES.matcher(text).replaceAll("")), doc(d.doc()), List.of());
            case Decl.TypeOnly d -> new Entry(name, "type", module, lines(text), doc(d.doc()), List.of());
            case Decl other -> new Entry(name, "declaration", module, lines(other.span().text()), List.of(), List.of());
        });
    }

    private static List<String> doc(Optional<String> doc) {
        return doc.map(d -> d.lines().toList()).orElse(List.of());
    }

    private static String withoutDoc(String text) {
        StringBuilder kept = new StringBuilder();
        text.lines().filter(line -> !line.stripLeading().startsWith("///")).forEach(line -> kept.append(line).append('\n'));
        return kept.toString().strip();
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::stripTrailing).toList();
    }

    // ---- functions ---------------------------------------------------------------------------------------------------------

    private static List<String> prototype(Decl.Function f, String text) {
        String head = ATTRIBUTES.matcher(text).replaceAll("");
        if (f.body().isPresent()) {
            int open = head.indexOf('{');
            head = open < 0 ? head : head.substring(0, open).strip() + ";";
        }
        return wrapped(head);
    }

    /// Annotations of the whole function on lines of their own; parameters too, if they do not fit one line.
    private static List<String> wrapped(String declaration) {
        if (declaration.contains("{")) {
            return lines(declaration);
        }
        List<String> result = new ArrayList<>();
        String rest = declaration.replaceAll("\\s+", " ").strip();
        Matcher sal = Pattern.compile("(_[A-Z]\\w*_(?:\\([^()]*\\))?) ").matcher(rest);
        while (sal.lookingAt()) {
            result.add(sal.group(1));
            rest = rest.substring(sal.end());
            sal.reset(rest);
        }
        int open = rest.indexOf('(');
        if (rest.length() <= WIDEST || open < 0) {
            result.add(rest);
            return result;
        }
        result.add(rest.substring(0, open + 1));
        int depth = 0;
        int start = open + 1;
        for (int i = open + 1; i < rest.length(); i++) {
            char c = rest.charAt(i);
            depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
            if (depth == 0 && c == ',') {
                result.add("    " + rest.substring(start, i + 1).strip());
                start = i + 1;
            }
        }
        result.add("    " + rest.substring(start).strip());
        return result;
    }

    private List<Entry.Fact> facts(Decl.Function f) {
        List<Entry.Fact> facts = new ArrayList<>();
        List<String> places = new ArrayList<>();
        List<String> rules = new ArrayList<>();
        for (Decl.Attribute a : f.attributes()) {
            String version = a.arguments().isEmpty() ? "" : " " + String.join(" ", a.arguments());
            switch (a.name()) {
                case "kmdf" -> places.add("KMDF" + version);
                case "umdf" -> places.add("UMDF" + version);
                case "wdm" -> places.add("WDM drivers");
                case "kernel" -> places.add("kernel-mode drivers");
                case "user" -> places.add("processes and UMDF drivers");
                case "script" -> places.add("processes and tests");
                case "rules" -> rules.addAll(a.arguments());
                default -> { }
            }
        }
        facts.add(new Entry.Fact("for", places.isEmpty() ? "drivers and processes" : String.join(", ", places)));
        for (Decl.Sal sal : f.sal()) {
            String words = sal.span().text();
            String argument = words.contains("(") ? words.substring(words.indexOf('(') + 1, words.lastIndexOf(')')) : "";
            switch (sal.name()) {
                case "_IRQL_requires_max_" -> facts.add(new Entry.Fact("IRQL", "<= " + argument));
                case "_IRQL_requires_" -> facts.add(new Entry.Fact("IRQL", argument));
                case "_Must_inspect_result_", "_Check_return_" -> facts.add(new Entry.Fact("result", "must be looked at (LANG-124)"));
                default -> { }
            }
        }
        if (!rules.isEmpty()) {
            facts.add(new Entry.Fact("rules", String.join(", ", rules.stream().map(String::strip).toList())));
        }
        if (f.body().isPresent()) {
            facts.add(new Entry.Fact("body", "in the language itself"));
        } else if (!engine.natives().has(f.name().text())) {
            facts.add(new Entry.Fact("body", "none yet: a script that calls it is refused (LANG-132)"));
        }
        return facts;
    }

    /// The names of all that the library declares, in the order of its text, each declaration once.
    List<String> names() {
        List<String> names = new ArrayList<>();
        Set<Span> seen = new LinkedHashSet<>();
        for (String name : engine.library().names()) {
            if (engine.library().place(name).filter(seen::add).isPresent()) {
                names.add(name);
            }
        }
        return names;
    }
}
