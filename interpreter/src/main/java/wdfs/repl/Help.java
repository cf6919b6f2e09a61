package wdfs.repl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wdfs.doc.Rule;
import wdfs.semantics.Interactive;
import wdfs.source.Span;
import wdfs.types.Type;

/// One screen about a name: a command, a DDI, a type, a constant, a variable. Of what the library declares, from its one
/// declaration.
final class Help {
    private static final java.util.Map<String, String> MANAGED = java.util.Map.of("IoResult",
            "What open's kin give: status (NTSTATUS), error (as GetLastError), information, data (the bytes that came back), ok.", "bytes", "Bytes: x\"01 02\"; b[i], b.length, ==.", "string",
            "Text: L\"…\" or $\"{x}\"; s.length, +, ==.", "list", "Values: [1, 2]; l[i], l.length, for (x in l).", "duration", "A time: 10ms, 50us, 2s.");

    private Help() {}

    static Doc overview(Session session) {
        List<List<Object>> rows = new ArrayList<>();
        for (Command command : session.commands().all()) {
            rows.add(List.of("  " + command.name(), command.summary().length() > 78 ? command.summary().replaceFirst("[:;] .*", ".") : command.summary()));
        }
        return new Doc().say("A line is a statement, an expression (its value is shown), a declaration, or a command:").plainTable("commands", List.of("command", "summary"), rows)
                .say("NAME? tells of a command, a function, a type or a constant. Every command takes --json. _ is the last value, _3 that of input 3.")
                .say("Objects are named as they print (WDFREQUEST#2, SystemBuffer#2), requests as #2, the last one @last; variables work too.");
    }

    static Doc of(Session session, String name, boolean source) {
        Optional<Command> command = session.commands().find(name).or(() -> session.commands().find("." + name)).or(() -> session.commands().find("!" + name));
        if (command.isPresent() && (name.matches("[.!].*") || session.live().checker().kindOf(name).isEmpty())) {
            Command c = command.get();
            Doc doc = new Doc().say("{usage}", "usage", c.usage()).say("    {summary}", "summary", c.summary());
            if (!c.details().isEmpty()) {
                doc.say("    {details}", "details", c.details());
            }
            return c.others().isEmpty() ? doc : doc.say("    also: {others}", "others", c.others());
        }
        Interactive checker = session.live().checker();
        Optional<Interactive.Variable> variable = checker.variable(name);
        if (variable.isPresent()) {
            return new Doc().say("{name} is a variable of type {type}", "name", name, "type", variable.get().type().show());
        }
        boolean own = checker.ownNames().contains(name);
        if (MANAGED.containsKey(name)) {
            return new Doc().say("{name} (type of scripts)", "name", name).say("    {what}", "what", MANAGED.get(name));
        }
        Optional<List<String>> page = own ? Optional.empty() : session.manual().of(name);
        if (page.isPresent()) {
            return new Doc().lines("page", page.get());
        }
        String kind = checker.kindOf(name);
        if (kind.isEmpty() && Rule.ID.matcher(name).matches()) {
            return Doc.failed("%s", session.manual().unknown(name));
        }
        if (kind.isEmpty()) {
            List<String> near = wdfs.diagnostics.Suggestions.near(name, checker.names());
            return Doc.failed("nothing is named `%s`%s", name, near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?");
        }
        Doc doc = new Doc();
        String text = checker.declaration(name).map(Span::text).orElse("");
        List<String> comments = new ArrayList<>();
        List<String> attributes = new ArrayList<>();
        List<String> body = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.strip().startsWith("///") && body.isEmpty()) {
                comments.add(line.strip().substring(3).strip());
            } else if (line.strip().startsWith("[[") && body.isEmpty() && line.strip().endsWith("]]")) {
                attributes.add(line.strip());
            } else if (!line.isBlank() || !body.isEmpty()) {
                body.add(line);
            }
        }
        doc.say("{name} ({kind})", "name", name, "kind", kind);
        if (!comments.isEmpty()) {
            doc.say("    {what}", "what", String.join(" ", comments));
        }
        Optional<Interactive.Signature> signature = checker.signature(name);
        if (signature.isPresent()) {
            Interactive.Signature s = signature.get();
            doc.say("    {prototype}", "prototype", Prototypes.of(session, name).map(Prototypes.Text::whole).orElse(s.result() + " " + name + "(" + String.join(", ", s.parameters()) + ")"));
            doc.say("    callable from: {places}", "places", s.places().isEmpty() ? "everywhere" : s.places());
        } else if (kind.equals("type")) {
            checker.type(name).ifPresent(t -> doc.say("    size {size} bytes{more}", "size", t.size(), "more", t instanceof Type.Struct ? "; dt " + name + " shows its fields" : ""));
        }
        if (!attributes.isEmpty()) {
            doc.say("    {attributes}", "attributes", String.join(" ", attributes));
        }
        if (source || signature.isEmpty() && !kind.equals("driver")) {
            doc.lines("source", body.stream().limit(source ? 200 : 24).map(l -> "    " + l).toList());
        }
        return doc;
    }
}
