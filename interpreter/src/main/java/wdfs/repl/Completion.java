package wdfs.repl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import wdfs.engine.Live;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.kernel.Namespace;
import wdfs.io.PnpManager;
import wdfs.semantics.Interactive;
import wdfs.semantics.TextLibrary;
import wdfs.source.Span;
import wdfs.types.Type;
import wdfs.wdf.FxObject;
import wdfs.wdf.FxView;

/// What could stand where the cursor is: commands and their arguments, members, names in scope, functions that may be called
/// there.
public final class Completion {
    private static final int MOST = 400;
    private static final Pattern COMMAND = Pattern.compile("\\s*([.!][A-Za-z.]*|d[twbdqau]|dps|e[bdq]|k)\\s+(?:.*\\s)?(\\S*)", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*$");
    private static final Pattern MEMBER = Pattern.compile("([A-Za-z_]\\w*(?:\\[[^\\]]*\\])?(?:(?:\\.|->)[A-Za-z_]\\w*(?:\\[[^\\]]*\\])?)*)(\\.|->)([A-Za-z_]?\\w*)$");
    private static final Pattern DRIVER = Pattern.compile("\\bdriver\\s+\\w+\\s+(kmdf|umdf|wdm)\\b(?=[^{]*\\{)");
    private static final List<String> IO_RESULT = List.of("status", "error", "information", "data", "ok");

    /// @param value what is put in place of the word; @param about a few words
    public record Candidate(String value, String about, boolean whole) {}

    /// @param start where the word begins that candidates take the place of
    public record Result(int start, List<Candidate> candidates) {}

    private final Session session;

    public Completion(Session session) {
        this.session = session;
    }

    public Result at(String buffer, int cursor) {
        String text = buffer.substring(0, Math.min(cursor, buffer.length()));
        Matcher command = COMMAND.matcher(text);
        if (command.matches()) {
            Optional<Command> found = session.commands().find(command.group(1));
            if (found.isPresent() && !session.live().checker().ownNames().contains(command.group(1))) {
                if (found.get().argument() == Command.Kind.EXPRESSION) {
                    return names(text);
                }
                return new Result(text.length() - command.group(2).length(), argument(found.get(), command.group(2)));
            }
        }
        String stripped = text.stripLeading();
        if (stripped.matches("[.!][A-Za-z.]*")) {
            return new Result(text.length() - stripped.length(), commands(stripped));
        }
        Matcher path = Pattern.compile("L?\"(\\\\\\\\\\\\\\\\\\.[\\\\A-Za-z0-9_]*)$").matcher(text);
        if (path.find()) {
            return new Result(path.start(1), links(path.group(1)));
        }
        Matcher member = MEMBER.matcher(text);
        if (member.find()) {
            return new Result(text.length() - member.group(3).length(), members(member.group(1), member.group(2), member.group(3)));
        }
        return names(text);
    }

    // ---- commands ------------------------------------------------------------------------------------------------------------------

    private List<Candidate> commands(String prefix) {
        List<Candidate> list = new ArrayList<>();
        for (Command command : session.commands().all()) {
            Stream.concat(Stream.of(command.name()), command.others().stream()).filter(n -> n.startsWith(prefix)).forEach(n -> list.add(new Candidate(n, command.summary(), true)));
            if (command.wdfkd() && prefix.startsWith("!wdfkd.") && ("!wdfkd." + command.name().substring(1)).startsWith(prefix)) {
                list.add(new Candidate("!wdfkd." + command.name().substring(1), command.summary(), true));
            }
        }
        return list;
    }

    private List<Candidate> argument(Command command, String prefix) {
        Live live = session.live();
        Find find = new Find(session);
        List<Candidate> all = new ArrayList<>();
        switch (command.argument()) {
            case NONE, EXPRESSION -> { }
            case REQUEST -> {
                requests(all);
                all.add(new Candidate("@last", "the last request", true));
            }
            case DEVICE -> devices(all, find);
            case DRIVER -> IoManager.of(live.machine()).drivers().forEach(d -> all.add(new Candidate(d.name(), "driver", true)));
            case QUEUE -> FxView.queues(live.machine()).forEach(q -> all.add(new Candidate(q.shown(), "queue of " + find.nameOf(q.device().device), true)));
            case HANDLE -> live.machine().handles.live(FxObject.class).forEach(o -> all.add(new Candidate(o.label(), o.type, true)));
            case ADDRESS -> {
                requests(all);
                find.regions().stream().filter(r -> !r.freed && !r.kind.contains(" ")).forEach(r -> all.add(new Candidate(r.label(), r.size + " bytes", true)));
            }
            case TYPE -> {
                if (prefix.length() >= 2) {
                    live.checker().names().stream().distinct().filter(n -> n.startsWith(prefix) && live.checker().isType(n)).forEach(n -> all.add(new Candidate(n, "type", true)));
                }
                live.checker().variables().stream().filter(v -> v.cell() == 0).forEach(v -> all.add(new Candidate(v.name(), v.type().show(), true)));
            }
            case FILE -> files(all, prefix);
            case CODE -> live.checker().ioctls().forEach(i -> all.add(new Candidate(i.name(), Irp.methodName(i.code()), true)));
            case NAME -> {
                find.processes().forEach(p -> all.add(new Candidate(p.processName(), "process", true)));
                live.processNames().forEach(p -> all.add(new Candidate(p, "process of a script", true)));
                live.machine().scheduler.alive().forEach(t -> all.add(new Candidate(t.threadName(), "thread", true)));
            }
            case BREAK -> {
                for (int major = 0; major <= 27; major++) {
                    all.add(new Candidate(Irp.majorName(major), "requests", true));
                }
                live.checker().ioctls().forEach(i -> all.add(new Candidate(i.name(), "requests", true)));
                FxView.queues(live.machine()).forEach(q -> q.callbacks().keySet().forEach(name -> all.add(new Candidate(name, "callback", true))));
                wdfs.runtime.ReportNames.VIOLATIONS.stream().sorted().forEach(name -> all.add(new Candidate(name, "rule", true)));
            }
            case DECLARED -> live.checker().ownNames().stream().distinct().sorted().filter(n -> !n.matches("_\\d*") && !n.contains("$"))
                    .forEach(n -> all.add(new Candidate(n, live.checker().kindOf(n), true)));
            case COMMAND -> session.commands().all().forEach(c -> all.add(new Candidate(c.name(), c.summary(), true)));
            case DEVNODE -> PnpManager.of(live.machine()).nodes().forEach(n -> all.add(new Candidate(n.name, "devnode", true)));
            case OBJECT -> {
                List.of("\\Device", "\\Driver", "\\??").forEach(d -> all.add(new Candidate(d, "directory", true)));
                devices(all, find);
            }
        }
        return all.stream().filter(c -> c.value().toLowerCase(Locale.ROOT).startsWith(prefix.toLowerCase(Locale.ROOT))).distinct().limit(MOST).toList();
    }

    private void requests(List<Candidate> all) {
        for (Irp irp : IoManager.of(session.live().machine()).recent()) {
            all.add(new Candidate("#" + irp.number, Irp.majorName(irp.firstMajor()) + (irp.isCompleted() ? ", completed" : ", held by " + irp.holder), true));
        }
    }

    private void devices(List<Candidate> all, Find find) {
        IoManager.of(session.live().machine()).drivers().forEach(d -> d.devices.forEach(x -> all.add(new Candidate(find.nameOf(x), "device of " + d.name(), true))));
    }

    private static void files(List<Candidate> all, String prefix) {
        int slash = prefix.lastIndexOf('/');
        String folder = slash < 0 ? "" : prefix.substring(0, slash + 1);
        try (Stream<Path> list = Files.list(folder.isEmpty() ? Path.of(".") : Path.of(folder))) {
            list.sorted().limit(MOST).forEach(p -> {
                String name = p.getFileName().toString();
                if (!name.startsWith(".") && (Files.isDirectory(p) || name.endsWith(".wdfs") || name.endsWith(".h"))) {
                    all.add(new Candidate(folder + name + (Files.isDirectory(p) ? "/" : ""), "", !Files.isDirectory(p)));
                }
            });
        } catch (IOException | InvalidPathException _) {
            // no such folder: nothing to offer
        }
    }

    private List<Candidate> links(String prefix) {
        List<Candidate> list = new ArrayList<>();
        for (Namespace.SymbolicLink link : Namespace.of(session.live().machine()).links()) {
            String path = "\\\\\\\\.\\\\" + link.name().substring(link.name().lastIndexOf('\\') + 1);
            if (path.startsWith(prefix)) {
                list.add(new Candidate(path, link.target(), false));
            }
        }
        return list;
    }

    // ---- the language --------------------------------------------------------------------------------------------------------------

    private List<Candidate> members(String base, String operator, String prefix) {
        String[] path = base.split("\\.|->");
        Type type = session.live().checker().variable(path[0].replaceAll("\\[.*", "")).map(Interactive.Variable::type).orElse(null);
        for (int i = 0; type != null; i++) {
            if (path[i].contains("[")) {
                type = type instanceof Type.Array a ? a.element() : type instanceof Type.Pointer p ? p.target() : null;
            }
            if (i + 1 == path.length) {
                break;
            }
            type = target(type) instanceof Type.Struct s ? s.find(path[i + 1].replaceAll("\\[.*", "")).map(Type.Field::type).orElse(null) : null;
        }
        List<Candidate> list = new ArrayList<>();
        if (type instanceof Type.Managed m && operator.equals(".")) {
            List<String> names = switch (m.kind()) {
                case IO_RESULT -> IO_RESULT;
                case BYTES, STRING, LIST -> List.of("length");
                default -> List.of();
            };
            names.stream().filter(n -> n.startsWith(prefix)).forEach(n -> list.add(new Candidate(n, "of " + m.show(), false)));
        } else if (target(type) instanceof Type.Struct s) {
            s.memberNames().stream().filter(n -> n.startsWith(prefix)).forEach(n -> list.add(new Candidate(n, s.find(n).map(f -> f.type().show()).orElse(""), false)));
        }
        return list;
    }

    private static Type target(Type type) {
        return type instanceof Type.Pointer p ? p.target() : type;
    }

    private Result names(String text) {
        Matcher word = WORD.matcher(text);
        String prefix = word.find() ? word.group() : "";
        int start = text.length() - prefix.length();
        List<Candidate> list = new ArrayList<>();
        Interactive checker = session.live().checker();
        for (String name : checker.ownNames().stream().distinct().sorted().toList()) {
            if (name.startsWith(prefix) && !name.matches("_\\d*") && !name.contains("$")) {
                list.add(new Candidate(name, checker.variable(name).map(v -> v.type().show()).orElse(checker.kindOf(name)), false));
            }
        }
        Matcher driver = DRIVER.matcher(text);
        String framework = "";
        while (driver.find()) {
            framework = driver.group(1);
        }
        if (!prefix.isEmpty() && session.engine().library() instanceof TextLibrary library) {
            for (String name : library.names()) {
                if (name.startsWith(prefix) && !name.startsWith("_") && list.size() < MOST) {
                    String about = about(library, name, framework);
                    if (about != null) {
                        list.add(new Candidate(name, about, false));
                    }
                }
            }
        }
        return new Result(start, list);
    }

    /// A few words about a name of the library; null if it cannot be used here.
    private static String about(TextLibrary library, String name, String framework) {
        String text = library.place(name).map(Span::text).orElse("");
        Matcher attributes = Pattern.compile("\\[\\[([^\\]]*)\\]\\]").matcher(text);
        if (attributes.find()) {
            String places = attributes.group(1);
            boolean limited = places.matches(".*\\b(kmdf|umdf|wdm|kernel|user|script)\\b.*");
            boolean fits = framework.isEmpty() ? places.matches(".*\\b(user|script)\\b.*") : places.matches(".*\\b" + framework + "\\b.*") || !framework.equals("umdf") && places.matches(".*\\bkernel\\b.*")
                    || framework.equals("umdf") && places.matches(".*\\buser\\b.*");
            if (limited && !fits) {
                return null;
            }
        }
        Matcher first = Pattern.compile("(?m)^///\\s*(.*)$").matcher(text);
        return first.find() && text.indexOf(name) > first.start() && text.indexOf("///", first.end()) < 0 ? first.group(1) : library.isType(name) ? "type" : "";
    }

    /// The signature of the call that the cursor stands in; empty if it stands in none.
    public String hint(String buffer, int cursor) {
        String text = buffer.substring(0, Math.min(cursor, buffer.length()));
        int depth = 0;
        int argument = 0;
        for (int i = text.length() - 1; i >= 0 && text.length() - i < 400; i--) {
            char c = text.charAt(i);
            if (c == ')') {
                depth++;
            } else if (c == ',' && depth == 0) {
                argument++;
            } else if (c == '(' && depth-- == 0) {
                Matcher name = WORD.matcher(text.substring(0, i));
                if (!name.find()) {
                    return "";
                }
                Optional<Prototypes.Text> prototype = Prototypes.of(session, name.group());
                if (prototype.isEmpty()) {
                    return "";
                }
                List<String> parts = new ArrayList<>(prototype.get().parameters());
                if (argument < parts.size()) {
                    parts.set(argument, "⟨" + parts.get(argument) + "⟩");
                }
                return new Prototypes.Text(prototype.get().before(), parts).whole();
            }
        }
        return "";
    }
}
