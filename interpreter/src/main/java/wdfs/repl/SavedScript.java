package wdfs.repl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.diagnostics.Findings;
import wdfs.engine.Live;
import wdfs.machine.Clock;
import wdfs.semantics.Interactive;
import wdfs.source.SourceFile;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;
import wdfs.syntax.Initializer;
import wdfs.syntax.Parser;
import wdfs.syntax.Stmt;
import wdfs.syntax.Words;
import wdfs.types.Type;

/// A session as a script: files that were loaded are imported, what was declared stands at file level, what was typed stands in
/// a process `repl`, and time passes by `sleep` where it passed. A line that waited when the prompt came back is a thread. What
/// a script has no words for is left out, with a comment in its place.
final class SavedScript {
    private static final String YIELD = "Sleep(0);";
    private static final Pattern VALUE = Pattern.compile("_(\\d*)");

    private final Session session;
    private final Live live;
    private final Path target;
    private final Set<String> imports = new LinkedHashSet<>();
    /// By name, so that the last one of a name counts.
    private final Map<String, String> declarations = new LinkedHashMap<>();
    /// @param depth of blocks that the script opens itself
    private record Line(int depth, String text) {}

    private final List<Line> body = new ArrayList<>();
    private final List<Set<String>> scopes = new ArrayList<>(List.of(new LinkedHashSet<>()));
    /// Lines that waited are threads of the script: it lets them run where a session did, behind each input.
    private boolean threads;
    /// The inputs whose values are asked for later.
    private final Set<Integer> wanted = new TreeSet<>();
    private final List<String> leftOut = new ArrayList<>();

    SavedScript(Session session, Path target) {
        this.session = session;
        this.live = session.live();
        this.target = target.toAbsolutePath().normalize();
    }

    /// The inputs that are not in it.
    List<String> leftOut() {
        return leftOut;
    }

    String text() {
        List<Session.Entry> entries = session.history().stream().filter(Session.Entry::records).toList();
        for (Session.Entry entry : entries) {
            if (!(session.classify(entry.text()) instanceof Input.Run)) {
                valuesIn(entry).forEach(n -> wanted.add(n));
            }
        }
        entries.forEach(this::add);
        StringBuilder text = new StringBuilder("// A session as a script. Its seed was %d.\n".formatted(session.options().seed()));
        imports.forEach(path -> text.append("import \"").append(path).append("\";\n"));
        declarations.values().forEach(each -> text.append('\n').append(each).append('\n'));
        text.append("\nprocess repl {\n");
        body.forEach(line -> text.append("    ".repeat(line.depth)).append(line.text).append('\n'));
        for (int depth = scopes.size(); depth > 0; depth--) {
            text.append("    ".repeat(depth - 1)).append("}\n");
        }
        return text.toString();
    }

    private void add(Session.Entry entry) {
        switch (session.classify(entry.text())) {
            case Input.Run(Command command, String words) when command.name().equals(".load") -> load(entry, Pipe.of(words).words());
            case Input.Run(Command command, String _) when command.name().matches("\\.(run|step|until)") -> sleep(entry);
            case Input.Run(Command _, String _) -> leaveOut(entry);
            case Input.Declarations(String text) -> Parser.parse(SourceFile.script("session", text), new Findings(), live.checker()::isType).declarations().forEach(this::declare);
            case Input.Statements(String text) -> statements(entry, text);
            default -> { }
        }
    }

    private void line(String text) {
        text.lines().forEach(each -> body.add(new Line(scopes.size(), each)));
    }

    private void leaveOut(Session.Entry entry) {
        leftOut.add(entry.text());
        line("// " + entry.text().lines().findFirst().orElse(""));
        sleep(entry);
    }

    private void sleep(Session.Entry entry) {
        if (entry.toNanos() > entry.fromNanos()) {
            line("sleep(" + Clock.text(entry.toNanos() - entry.fromNanos()) + ");");
        }
    }

    // ---- file level ----------------------------------------------------------------------------------------------------------------

    private void load(Session.Entry entry, String words) {
        Path folder = target.getParent();
        for (String name : wdfs.repl.Words.of(words).list()) {
            Path path = session.path(name).toAbsolutePath().normalize();
            if (path.startsWith(folder)) {
                imports.add(folder.relativize(path).toString().replace('\\', '/'));
                continue;
            }
            // A script imports nothing from outside of its folder: what the file held stands in the script itself.
            entry.units().forEach(unit -> unit.declarations().forEach(d -> {
                if (!(d instanceof Decl.Process || d instanceof Decl.Test || d instanceof Decl.Import)) {
                    declare(d);
                }
            }));
        }
    }

    private void declare(Decl declaration) {
        String text = declaration.span().text().strip();
        String name = Live.nameOf(declaration);
        String key = name.isEmpty() ? text : name;
        boolean ends = text.endsWith("}") || text.endsWith(";") || text.startsWith("#");
        declarations.remove(key);                                     // it comes behind what it may mention
        declarations.put(key, ends && !(declaration instanceof Decl.TypeOnly && text.endsWith("}")) ? text : text + ";");
    }

    // ---- lines ---------------------------------------------------------------------------------------------------------------------

    private void statements(Session.Entry entry, String text) {
        Findings findings = new Findings();
        List<Stmt> parsed = Parser.parseInput(SourceFile.script("session", text), findings, live.checker()::isType);
        List<String> lines = new ArrayList<>();
        for (Stmt statement : parsed) {
            if (statement instanceof Stmt.Local local) {
                List<Decl> variables = local.declarations().stream().filter(d -> !Session.isDeclaration(d)).toList();
                local.declarations().stream().filter(Session::isDeclaration).forEach(this::declare);
                if (!variables.isEmpty()) {
                    locals(entry, local, variables, lines);
                }
            } else if (statement instanceof Stmt.Expression(Expr expr, var _)) {
                expression(entry, expr, lines);
            } else if (!(statement instanceof Stmt.Empty)) {
                lines.add(rewritten(entry, statement.span().text()));
            }
        }
        if (!entry.waits()) {
            lines.forEach(this::line);
            if (threads && !lines.isEmpty()) {
                line(YIELD);
            }
            return;
        }
        threads = true;
        line("thread {");
        lines.forEach(each -> line(each.indent(4).stripTrailing()));
        line("};");
        line(YIELD);
    }

    private void locals(Session.Entry entry, Stmt.Local local, List<Decl> variables, List<String> lines) {
        List<String> names = variables.stream().map(d -> ((Decl.Variable) d).name().text()).toList();
        open(names);
        if (entry.waits() && variables.size() == 1 && variables.getFirst() instanceof Decl.Variable v && v.initializer().isPresent() && v.initializer().get() instanceof Initializer.Value(Expr value)) {
            line(declared(v.name().text()));
            lines.add(v.name().text() + " = " + rewritten(entry, value.span().text()) + ";");
        } else {
            String text = begun(variables, ended(rewritten(entry, local.span().text())));
            if (entry.waits()) {
                line(text);
            } else {
                lines.add(text);
            }
        }
    }

    private void expression(Session.Entry entry, Expr expr, List<String> lines) {
        String text = rewritten(entry, expr.span().text());
        if (expr instanceof Expr.Assign(String operator, Expr.NameRef(var name, var _), Expr value, var _, var _) && operator.equals("=")
                && !isKnown(name.text()) && live.checker().variable(name.text()).isPresent()) {
            open(List.of(name.text()));
            if (entry.waits()) {
                line(declared(name.text()));
                lines.add(text + ";");
            } else {
                lines.add("var " + text + ";");
            }
            keep(entry, name.text(), lines);
        } else if (wanted.contains(entry.number()) && !entry.waits()) {
            keep(entry, text, lines);
        } else if (expr instanceof Expr.Assign || expr instanceof Expr.Call || expr instanceof Expr.Postfix || expr instanceof Expr.Unary(String sign, var _, var _) && sign.matches("\\+\\+|--")) {
            lines.add(text + ";");
        } else {
            lines.add(shown(entry) ? "print(" + text + ");" : "// " + text);
        }
    }

    private void keep(Session.Entry entry, String value, List<String> lines) {
        if (wanted.contains(entry.number())) {
            lines.add("var _" + entry.number() + " = " + value + ";");
        }
    }

    /// Whether `print` can show the value of an input.
    private boolean shown(Session.Entry entry) {
        return live.checker().variable("_" + entry.number()).map(Interactive.Variable::type).filter(t -> !(t instanceof Type.Struct || t instanceof Type.Array)).isPresent();
    }

    /// A block of its own for what declares a name anew.
    private void open(List<String> names) {
        if (names.stream().anyMatch(scopes.getLast()::contains)) {
            line("{");
            scopes.add(new LinkedHashSet<>());
        }
        scopes.getLast().addAll(names);
    }

    private boolean isKnown(String name) {
        return scopes.stream().anyMatch(scope -> scope.contains(name)) || declarations.containsKey(name);
    }

    private String declared(String name) {
        return live.checker().variable(name).map(v -> v.type().show()).orElse("int") + " " + name + ";";
    }

    /// A variable of a session is zero from the start, one of a process is not.
    private String begun(List<Decl> variables, String text) {
        if (variables.size() != 1 || ((Decl.Variable) variables.getFirst()).initializer().isPresent()) {
            return text;
        }
        Type type = live.checker().variable(((Decl.Variable) variables.getFirst()).name().text()).map(Interactive.Variable::type).orElse(null);
        String zero = type instanceof Type.Struct || type instanceof Type.Array ? " = { 0 };" : type == null || type instanceof Type.Managed ? ";" : " = 0;";
        return text.substring(0, text.length() - 1) + zero;
    }

    private static String ended(String text) {
        return text.endsWith(";") ? text : text + ";";
    }

    // ---- values of earlier inputs ----------------------------------------------------------------------------------------------------

    private Set<Integer> valuesIn(Session.Entry entry) {
        Set<Integer> values = new TreeSet<>();
        for (Words.Word word : Words.of(entry.text())) {
            Matcher value = VALUE.matcher(word.text());
            if (word.kind() == Words.Kind.WORD && value.matches()) {
                valueBefore(entry, value.group(1)).ifPresent(values::add);
            }
        }
        return values;
    }

    /// The input that `_6` or, from `entry`, `_` stands for.
    private Optional<Integer> valueBefore(Session.Entry entry, String number) {
        if (!number.isEmpty()) {
            return Optional.of(number).filter(n -> n.length() < 9).map(Integer::parseInt);
        }
        return session.history().stream().filter(e -> e.records() && e.number() < entry.number() && live.checker().variable("_" + e.number()).isPresent()).map(Session.Entry::number).reduce((_, last) -> last);
    }

    /// With `_` as the value of its input.
    private String rewritten(Session.Entry entry, String text) {
        StringBuilder made = new StringBuilder();
        int done = 0;
        for (Words.Word word : Words.of(text)) {
            if (word.kind() == Words.Kind.WORD && word.text().equals("_")) {
                made.append(text, done, word.start()).append('_').append(valueBefore(entry, "").map(String::valueOf).orElse(""));
                done = word.end();
            }
        }
        return made.append(text.substring(done)).toString().strip();
    }
}
