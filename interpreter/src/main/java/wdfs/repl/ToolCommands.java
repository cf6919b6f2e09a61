package wdfs.repl;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.engine.Live;
import wdfs.io.DeviceObject;
import wdfs.io.DriverObject;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.kernel.Namespace;
import wdfs.machine.Clock;
import wdfs.repl.Command.Kind;
import wdfs.semantics.Interactive;
import wdfs.types.Type;
import wdfs.wdf.FxView;

/// The commands of the tool itself: they begin with a dot.
final class ToolCommands {
    private static final Pattern TIME = Pattern.compile("\\+?(\\d{1,12})(ns|us|ms|s|min)");
    private static final int MOST_STEPS = 1_000_000;

    private ToolCommands() {}

    static List<Command> all() {
        return List.of(
                Command.does(".load", "FILE…", Kind.FILE, "Loads scripts: declares what they hold, loads their drivers, finds their devices.", (s, w) -> {
                    w.need(0, "a file");
                    s.loadFiles(w.list());
                    return null;
                }),
                Command.look(".reload", "", Kind.NONE, "Reads the files again, and does the inputs again on a new machine.", ToolCommands::reload),
                Command.look(".reset", "", Kind.NONE, "Boots the machine anew: nothing is loaded, no variable is left.", (s, w) -> {
                    s.reset();
                    return new Doc().say("a new machine, at {time}", "time", "+0us");
                }),
                Command.look(".back", "[N]", Kind.NONE, "Goes back to before the last input (or the last N) that changed the machine, by doing the others again.", ToolCommands::back),
                Command.look(".goto", "N | +TIME | MARK", Kind.NONE, "Goes to the machine as it was behind input N, at a time of it, or at a mark.", ToolCommands::go),
                Command.look(".mark", "[NAME]", Kind.NONE, "Gives this place a name for .goto; without one lists the names.", ToolCommands::mark),
                Command.look(".timeline", "[N]", Kind.NONE, "Shows what happened last: inputs, requests, copies, callbacks, what was printed. The last 40 lines, or N.", ToolCommands::timeline),
                Command.does(".run", "[TIME]", Kind.NONE, "Lets time pass: 10ms, 2s. Without one: until nothing is due any more.", ToolCommands::run),
                Command.does(".step", "[N]", Kind.NONE, "Goes to the next moment at which something is due, and lets it happen.", ToolCommands::step),
                Command.does(".until", "EXPRESSION", Kind.EXPRESSION, "Steps until the expression is not 0.", ToolCommands::until),
                Command.does(".break", "[IRP_MJ_… | IOCTL | CALLBACK | RULE | clear]", Kind.BREAK, "Stops a thread where such a request begins, such a callback is called, or such a rule is broken; without a word lists the places.", ToolCommands::breakAt)
                        .with("What is named twice is taken away. A line whose thread has stopped waits; k shows its stack, .go lets it go on."),
                Command.does(".go", "", Kind.NONE, "Lets the threads go on that have stopped at a break.", (s, w) -> alive(s).goOn() == 0 ? new Doc().say("no thread has stopped at a break", "threads", 0) : null).also("g"),
                Command.does(".start", "PROCESS", Kind.NAME, "Runs a process that a loaded script declares.", (s, w) -> {
                    String name = w.need(0, "the name of a process: " + String.join(", ", s.live().processNames()));
                    if (!s.live().start(name)) {
                        throw new Command.Stop("no loaded script has a process `%s`", name);
                    }
                    return null;
                }),
                Command.look(".trace", "on | off", Kind.NONE, "Shows the I/O as it happens: requests, copies, locks, calls.", (s, w) -> {
                    if (!w.isEmpty() && !w.word(0).matches("on|off")) {
                        throw new Command.Stop("it is on or off");
                    }
                    s.trace(w.isEmpty() ? !s.isTracing() : w.word(0).equals("on"));
                    return new Doc().say("the trace is {trace}", "trace", s.isTracing() ? "on" : "off");
                }),
                Command.look(".devices", "", Kind.NONE, "Lists the devices: their drivers, links and queues.", ToolCommands::devices),
                Command.look(".ioctls", "", Kind.NONE, "Lists the control codes that scripts and lines declare.", ToolCommands::ioctls),
                Command.look(".queues", "", Kind.NONE, "Lists the queues and what they hold.", ToolCommands::queues),
                Command.look(".requests", "", Kind.NONE, "Lists the last requests, and who holds those that are under way.", ToolCommands::requests),
                Command.look(".vars", "", Kind.NONE, "Lists the variables of the session.", ToolCommands::vars),
                Command.look(".history", "[TEXT]", Kind.NONE, "Lists the inputs so far; only those that contain TEXT.", ToolCommands::history),
                Command.look(".time", "", Kind.NONE, "Says what time it is on the machine, and when something is due next.", (s, w) -> {
                    long next = s.live().isDead() ? -1 : s.live().machine().scheduler.nextDueNanos();
                    return new Doc().say("{time}{next}", "time", s.live().now(), "next", next < 0 ? "; nothing is due" : "; something is due at " + Clock.stamp(next));
                }),
                Command.look(".help", "[COMMAND | TOPIC]", Kind.COMMAND, "Lists the commands, or tells of one; NAME? tells of anything.", (s, w) -> w.isEmpty() ? Help.overview(s) : Help.of(s, w.word(0), false)).also("!help", "!wdfhelp"),
                Command.look(".quit", "", Kind.NONE, "Ends the session.", (s, w) -> {
                    s.quit();
                    return null;
                }).also(".exit", ".q"));
    }

    // ---- files ---------------------------------------------------------------------------------------------------------------------

    private static Doc reload(Session session, Words words) {
        List<Session.Entry> before = session.history();
        List<Session.Entry> changed = session.redo(before, false, Long.MAX_VALUE);
        Doc doc = new Doc().say("did {count} inputs again, with the files as they are now, at {time}", "count", before.stream().filter(Session.Entry::records).count(), "time", session.live().now());
        return changed.isEmpty() ? doc : doc.lines("failed", changed.stream().map(e -> "  input " + e.number() + " did not work: " + e.text()).toList());
    }

    // ---- going back ------------------------------------------------------------------------------------------------------------------

    private static Doc back(Session session, Words words) throws Command.Stop {
        int wanted = 1;
        if (!words.isEmpty()) {
            if (!words.word(0).matches("\\d{1,6}")) {
                throw new Command.Stop("`%s` is no number of inputs", words.word(0));
            }
            wanted = Integer.parseInt(words.word(0));
        }
        List<Session.Entry> history = session.history();
        int keep = history.size();
        Session.Entry first = null;
        for (int left = wanted; keep > 0 && left > 0; ) {
            keep--;
            if (history.get(keep).records()) {
                left--;
                first = history.get(keep);
            }
        }
        if (first == null) {
            throw new Command.Stop("there is nothing to go back from");
        }
        session.rewindTo(keep);
        return new Doc().say("before input {number} at {time}: {text}", "number", first.number(), "time", session.live().now(), "text", first.text().lines().findFirst().orElse(""));
    }

    private static Doc go(Session session, Words words) throws Command.Stop {
        String where = words.need(0, "the number of an input or a time: .goto 3, .goto +10ms");
        List<Session.Entry> history = session.history();
        Matcher time = TIME.matcher(where);
        if (where.startsWith("+") && time.matches()) {
            long nanos = nanos(time);
            session.redo(history, true, nanos);
            if (session.live().machine().clock.nowNanos() < nanos && !session.live().isDead()) {
                session.live().passUntil(nanos);
            }
            return new Doc().say("at {time}", "time", session.live().now());
        }
        if (session.marks().containsKey(where)) {
            int place = session.marks().get(where);
            session.rewindTo((int) history.stream().filter(e -> e.number() <= place).count());
            return new Doc().say("at mark {mark}, at {time}", "mark", where, "time", session.live().now());
        }
        if (!where.matches("#?\\d{1,7}")) {
            throw new Command.Stop("`%s` is neither the number of an input nor a time like +10ms nor a mark", where);
        }
        int number = Integer.parseInt(where.replace("#", ""));
        int keep = (int) history.stream().filter(e -> e.number() <= number).count();
        session.rewindTo(keep);
        return new Doc().say("behind input {number}, at {time}", "number", number, "time", session.live().now());
    }

    private static Doc mark(Session session, Words words) throws Command.Stop {
        if (words.isEmpty()) {
            List<List<Object>> rows = new ArrayList<>();
            session.marks().forEach((name, place) -> rows.add(List.of(name, "behind input " + place)));
            return rows.isEmpty() ? new Doc().say("no marks; .mark NAME makes one", "marks", List.of()) : new Doc().plainTable("marks", List.of("name", "place"), rows);
        }
        if (!words.word(0).matches("[A-Za-z_]\\w{0,63}")) {
            throw new Command.Stop("`%s` is no name", words.word(0));
        }
        session.marks().put(words.word(0), session.number() - 1);
        return new Doc().say("{mark} is here, at {time}; .goto {mark} comes back", "mark", words.word(0), "time", session.live().now());
    }

    private static Doc timeline(Session session, Words words) throws Command.Stop {
        if (!words.isEmpty() && !words.word(0).matches("\\d{1,5}")) {
            throw new Command.Stop("`%s` is no number of lines", words.word(0));
        }
        List<String> all = session.live().timeline();
        int count = words.isEmpty() ? 40 : Integer.parseInt(words.word(0));
        return new Doc().lines("timeline", all.subList(Math.max(0, all.size() - count), all.size()));
    }

    // ---- time ------------------------------------------------------------------------------------------------------------------------

    private static long nanos(Matcher time) {
        long unit = switch (time.group(2)) {
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            default -> 60_000_000_000L;
        };
        return Math.min(Long.parseLong(time.group(1)), Long.MAX_VALUE / 8 / unit) * unit;
    }

    private static Live alive(Session session) throws Command.Stop {
        if (session.live().isDead()) {
            throw new Command.Stop("the machine has stopped; no time passes on it (!analyze -v tells why, .back goes back, .reset boots anew)");
        }
        return session.live();
    }

    private static Doc run(Session session, Words words) throws Command.Stop {
        Live live = alive(session);
        if (!words.isEmpty()) {
            Matcher time = TIME.matcher(words.word(0));
            if (!time.matches()) {
                throw new Command.Stop("`%s` is no time; say 500us, 10ms or 2s", words.word(0));
            }
            long end = live.machine().clock.nowNanos() + nanos(time);
            live.passUntil(Math.min(end, Math.max(session.goal(), live.machine().clock.nowNanos())));
            return at(session);
        }
        int steps = 0;
        while (live.machine().scheduler.nextDueNanos() >= 0 && !live.isDead() && live.machine().scheduler.nextDueNanos() <= session.goal()) {
            if (++steps > 10_000) {
                show(session, "it goes on: 10000 steps were taken; .run again, or .run TIME");
                break;
            }
            if (live.pending().isEmpty() && steps > 1) {
                break;                                                // a timer that repeats never ends
            }
            live.step();
        }
        return at(session);
    }

    private static void show(Session session, String line) {
        session.show(line);
    }

    private static Doc at(Session session) {
        Live live = session.live();
        int pending = live.pending().size();
        return live.isDead() ? null : new Doc().say("at {time}{pending}", "time", live.now(), "pending", pending == 0 ? "" : pending == 1 ? "; a line still waits" : "; " + pending + " lines still wait");
    }

    private static Doc breakAt(Session session, Words words) throws Command.Stop {
        Live live = alive(session);
        if (words.word(0).equals("clear")) {
            live.breaks().clear();
        } else {
            for (String name : words.list()) {
                if (!name.matches("[A-Za-z_][\\w-]*")) {
                    throw new Command.Stop("`%s` is no name", name);
                }
                if (!live.breaks().remove(name)) {
                    live.breaks().add(name);
                }
            }
        }
        return new Doc().say("breaks: {breaks}", "breaks", live.breaks().isEmpty() ? "none" : List.copyOf(live.breaks()));
    }

    private static Doc step(Session session, Words words) throws Command.Stop {
        Live live = alive(session);
        int count = words.isEmpty() ? 1 : words.word(0).matches("\\d{1,6}") ? Integer.parseInt(words.word(0)) : 0;
        if (count < 1) {
            throw new Command.Stop("`%s` is no number of steps", words.word(0));
        }
        for (int i = 0; i < count && !live.isDead(); i++) {
            if (!live.step()) {
                return new Doc().say("nothing is due any more, at {time}", "time", live.now());
            }
        }
        return at(session);
    }

    private static Doc until(Session session, Words words) throws Command.Stop {
        Live live = alive(session);
        if (words.rest().isBlank()) {
            throw new Command.Stop("it wants an expression: .until count > 3");
        }
        var condition = session.condition(words.rest());
        for (int i = 0; i < MOST_STEPS && !live.isDead(); i++) {
            if (condition.getAsBoolean()) {
                return at(session);
            }
            if (!live.step()) {
                return new Doc().say("nothing is due any more, and it is still 0, at {time}", "time", live.now());
            }
        }
        return live.isDead() ? null : new Doc().say("still 0 after {steps} steps, at {time}", "steps", MOST_STEPS, "time", live.now());
    }

    // ---- what there is -----------------------------------------------------------------------------------------------------------------

    private static Doc devices(Session session, Words words) {
        Find find = new Find(session);
        List<List<Object>> rows = new ArrayList<>();
        for (DriverObject driver : IoManager.of(session.live().machine()).drivers()) {
            for (DeviceObject device : driver.devices.reversed()) {
                String links = String.join(", ", Namespace.of(session.live().machine()).links().stream().filter(l -> l.target().equalsIgnoreCase(device.name))
                        .map(l -> "\\\\.\\" + l.name().substring(l.name().lastIndexOf('\\') + 1)).toList());
                String queues = String.join(", ", FxView.queuesOf(device).stream().map(q -> q.shown() + " (" + q.dispatching() + ")").toList());
                rows.add(List.of(find.ref(device), find.ref(driver), links, queues));
            }
        }
        return rows.isEmpty() ? new Doc().say("no devices; .load a script with a driver", "devices", List.of()) : new Doc().table("devices", List.of("Device", "Driver", "Open as", "Queues"), rows);
    }

    private static Doc ioctls(Session session, Words words) {
        List<List<Object>> rows = new ArrayList<>();
        for (var ioctl : session.live().checker().ioctls()) {
            int code = ioctl.code();
            rows.add(List.of(new Doc.Ref(ioctl.name(), code & 0xFFFF_FFFFL, "!ioctldecode " + ioctl.name()), new Doc.Num(code & 0xFFFF_FFFFL, "0x%08X".formatted(code)), Irp.methodName(code),
                    ioctl.input() == null ? "" : ioctl.input().show(), ioctl.output() == null ? "" : ioctl.output().show()));
        }
        return rows.isEmpty() ? new Doc().say("no control codes are declared", "ioctls", List.of()) : new Doc().table("ioctls", List.of("Ioctl", "Code", "Method", "Input", "Output"), rows);
    }

    private static Doc queues(Session session, Words words) {
        Find find = new Find(session);
        List<List<Object>> rows = new ArrayList<>();
        for (FxView.Queue q : FxView.queues(session.live().machine())) {
            rows.add(List.of(find.ref(q.object()), find.ref(q.device().device), q.dispatching(), q.owned(), q.waiting().size()));
        }
        return rows.isEmpty() ? new Doc().say("no queues", "queues", List.of()) : new Doc().table("queues", List.of("Queue", "Device", "Dispatching", "Owned", "Waiting"), rows);
    }

    private static Doc requests(Session session, Words words) {
        Find find = new Find(session);
        List<List<Object>> rows = new ArrayList<>();
        for (Irp irp : IoManager.of(session.live().machine()).recent()) {
            String major = Irp.majorName(irp.firstMajor());
            rows.add(List.of("#" + irp.number, major, irp.shownCode(), irp.isCompleted() ? "completed" : irp.holder.isEmpty() ? "under way" : "held by " + irp.holder,
                    irp.isCompleted() ? "" : find.ref(irp)));
        }
        return rows.isEmpty() ? new Doc().say("there has been no request", "requests", List.of()) : new Doc().plainTable("requests", List.of("number", "major", "code", "state", "irp"), rows);
    }

    private static Doc vars(Session session, Words words) {
        Live live = session.live();
        List<List<Object>> rows = new ArrayList<>();
        for (Interactive.Variable v : live.checker().variables()) {
            if (v.name().matches("_\\d*")) {
                continue;
            }
            rows.add(List.of(v.name(), shownType(live, v), v.type() instanceof Type.Managed ? managed(live, v) : isHandle(live, v) ? "0x%X".formatted(Bytes.number(live, live.address(v), 8)) : Types.value(live, v.type(), live.address(v))));
        }
        return rows.isEmpty() ? new Doc().say("no variables", "variables", List.of()) : new Doc().plainTable("variables", List.of("name", "type", "value"), rows);
    }

    private static String shownType(Live live, Interactive.Variable v) {
        return isHandle(live, v) ? "HANDLE" : v.type().show();
    }

    private static boolean isHandle(Live live, Interactive.Variable v) {
        return v.type().show().equals("void *") && live.process().handle(Bytes.number(live, live.address(v), 8)) != null;
    }

    private static String managed(Live live, Interactive.Variable variable) {
        return switch (live.cell(variable.cell())) {
            case null -> "-";
            case String s -> "\"" + s + "\"";
            case byte[] b -> wdfs.runtime.ScriptRuntime.hex(b.length > 32 ? java.util.Arrays.copyOf(b, 32) : b, null) + (b.length > 32 ? " …" : "");
            case wdfs.runtime.IoResult r -> live.machine().statuses.name(r.status) + ", " + r.information + (r.information == 1 ? " byte" : " bytes");
            case List<?> l -> l.size() + (l.size() == 1 ? " element" : " elements");
            case Object other -> other.toString();
        };
    }

    private static Doc history(Session session, Words words) {
        List<List<Object>> rows = new ArrayList<>();
        for (Session.Entry entry : session.history()) {
            if (words.isEmpty() || entry.text().contains(words.rest())) {
                rows.add(List.of(entry.number(), entry.at(), entry.worked() ? "" : "!", entry.text().replace("\n", "\n              ")));
            }
        }
        return new Doc().plainTable("inputs", List.of("number", "at", "failed", "text"), rows);
    }
}
