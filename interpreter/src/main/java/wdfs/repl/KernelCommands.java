package wdfs.repl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import wdfs.decode.Decoder;
import wdfs.decode.Reading;
import wdfs.engine.Live;
import wdfs.io.FileObject;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.kernel.CompletionPort;
import wdfs.kernel.DeferredRoutines;
import wdfs.kernel.Dpcs;
import wdfs.kernel.FileSystem;
import wdfs.kernel.Mdl;
import wdfs.kernel.WaitingLocks;
import wdfs.machine.Clock;
import wdfs.machine.Irql;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.machine.ScriptFrame;
import wdfs.machine.Shadow;
import wdfs.machine.SimThread;
import wdfs.repl.Command.Kind;
import wdfs.runtime.BugChecks;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;
import wdfs.wdf.FxObject;
import wdfs.wdf.FxView;
import wdfs.win32.Process;
import wdfs.win32.Processes;

/// The debugger's commands for handles, pool, pages, processes, threads, the verifier, and the end of the machine.
final class KernelCommands {
    private static final int KDPC_ROUTINE = 0x18;

    private KernelCommands() {}

    static List<Command> all() {
        return List.of(
                Command.look("!handle", "[HANDLE] [PROCESS]", Kind.HANDLE, "Shows a handle of a process, or all of them.", KernelCommands::handle),
                Command.look("!pool", "ADDRESS", Kind.ADDRESS, "Shows the pool block that an address lies in, with its neighbours; * marks it.", KernelCommands::pool),
                Command.look("!poolused", "", Kind.NONE, "Adds up the pool by tag.", KernelCommands::poolUsed),
                Command.look("!pte", "ADDRESS", Kind.ADDRESS, "Shows how an address is mapped.", KernelCommands::pte),
                Command.look("!process", "[NAME]", Kind.NAME, "Shows the processes, or one with its threads and handles.", KernelCommands::process),
                Command.look("!thread", "[NAME]", Kind.NAME, "Shows a thread: state, what it waits for, its stack.", KernelCommands::thread),
                Command.look("k", "[THREAD]", Kind.NAME, "Shows the script's stack of a thread; without one, of each line that waits.", KernelCommands::stack),
                Command.look("!dpcs", "", Kind.NONE, "Lists the DPCs that are queued or run.", KernelCommands::dpcs),
                Command.look("!timer", "", Kind.NONE, "Lists the timers that are set, of the framework and of WDM drivers.", KernelCommands::timers),
                Command.look("!locks", "", Kind.NONE, "Lists the fast mutexes and resources that are held, and what each thread waits for.", KernelCommands::locks),
                Command.look("!irql", "", Kind.NONE, "Shows the processor's IRQL.", KernelCommands::irql),
                Command.look("!verifier", "", Kind.NONE, "Shows what Driver Verifier checks, and what it found.", KernelCommands::verifier),
                Command.look("!error", "VALUE", Kind.CODE, "Says what an NTSTATUS or a Win32 error is, by number or name.", KernelCommands::error),
                Command.look("!analyze", "[-v | -show CODE]", Kind.NONE, "Tells the story of the last bug check or violation.", KernelCommands::analyze).also(".bugcheck"));
    }

    static String tag(int tag) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            int c = tag >>> 8 * i & 0xFF;
            text.append(c >= 32 && c < 127 ? (char) c : '.');
        }
        return "'" + text + "'";
    }

    // ---- what is due, and who holds what -----------------------------------------------------------------------------------------------

    private static Doc dpcs(Session session, Words words) {
        Find find = new Find(session);
        List<List<Object>> rows = new ArrayList<>();
        for (Dpcs.Dpc dpc : Dpcs.of(session.live().machine()).all()) {
            Object of = dpc.subject() instanceof Long address ? find.place(address) : find.ref(dpc.subject());
            long routine = dpc.subject() instanceof Long address ? Bytes.number(session.live(), address + KDPC_ROUTINE, 8) : dpc.subject() instanceof FxObject fx ? FxView.dpcRoutine(fx) : 0;
            rows.add(List.of(0, dpc.isRunning() ? "running" : "queued", of, find.routine(routine)));
        }
        return rows.isEmpty() ? new Doc().say("no DPC is queued", "dpcs", List.of()) : new Doc().table("dpcs", List.of("CPU", "State", "Dpc", "Function"), rows);
    }

    private static Doc timers(Session session, Words words) {
        Find find = new Find(session);
        List<List<Object>> rows = new ArrayList<>();
        for (FxView.Timer timer : FxView.timers(session.live().machine())) {
            rows.add(List.of(Clock.stamp(timer.dueNanos()), timer.periodNanos() == 0 ? "-" : Clock.text(timer.periodNanos()), find.ref(timer.object()), find.routine(timer.callback())));
        }
        for (DeferredRoutines.SetTimer timer : DeferredRoutines.setTimers(session.live().machine())) {
            rows.add(List.of(Clock.stamp(timer.dueNanos()), timer.periodNanos() == 0 ? "-" : Clock.text(timer.periodNanos()), find.place(timer.address()), find.routine(timer.routine())));
        }
        return rows.isEmpty() ? new Doc().say("no timer is set", "timers", List.of()) : new Doc().table("timers", List.of("Due", "Period", "Timer", "Function"), rows);
    }

    private static Doc locks(Session session, Words words) {
        Find find = new Find(session);
        List<List<Object>> rows = new ArrayList<>();
        for (WaitingLocks.Held lock : WaitingLocks.held(session.live().machine())) {
            rows.add(List.of(lock.kind(), find.place(lock.address()), lock.exclusive() ? "Exclusively owned" : "Shared", lock.owners().stream().map(find::ref).toList(), lock.waiters().stream().map(find::ref).toList()));
        }
        return rows.isEmpty() ? new Doc().say("no fast mutex and no resource is held", "locks", List.of()) : new Doc().table("locks", List.of("Kind", "Lock", "State", "Owners", "Waiters"), rows);
    }

    // ---- handles -------------------------------------------------------------------------------------------------------------------

    private static Doc handle(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        Process process = session.live().process();
        if (words.count() > 1 && find.need(words.word(1)) instanceof Process p) {
            process = p;
        }
        if (!words.isEmpty() && !words.word(0).equals("0")) {
            long value = session.bitsOf(words.word(0)).or(() -> find.address(words.word(0))).orElseThrow(() -> new Command.Stop("`%s` is no handle", words.word(0)));
            if (session.live().machine().handles.entry(value) != null) {
                return Doc.failed("%s is a handle of the framework: !wdfhandle %s", session.live().machine().handles.label(value), session.live().machine().handles.label(value));
            }
            Process.Handle handle = process.handle(value);
            if (handle == null) {
                throw new Command.Stop("process %s has no handle 0x%X", process.processName(), value);
            }
            return row(find, value, handle);
        }
        List<Doc> list = new ArrayList<>();
        for (Map.Entry<Long, Process.Handle> each : process.handles().entrySet()) {
            list.add(row(find, each.getKey(), each.getValue()));
        }
        return new Doc().say("Handle table of process {process}: {count} handles", "process", find.ref(process), "count", list.size()).parts("handles", 0, list);
    }

    private static Doc row(Find find, long value, Process.Handle handle) {
        String type = switch (handle.object()) {
            case FileObject _ -> "File";
            case wdfs.kernel.EventObject _ -> "Event";
            case CompletionPort _ -> "IoCompletion";
            case FileSystem.Opening _ -> "File";
            case Process _ -> "Process";
            default -> handle.object().getClass().getSimpleName().contains("Thread") ? "Thread" : handle.object().getClass().getSimpleName();
        };
        Doc doc = new Doc().say("{value}: Object: {object}  GrantedAccess: {access}  Type: {type}", "value", new Doc.Num(value, "%04x".formatted(value)), "object",
                handle.object() instanceof FileObject || handle.object() instanceof CompletionPort ? find.ref(handle.object()) : find.what(handle.object()), "access", new Doc.Num(handle.access(), "%08x".formatted(handle.access())), "type", type);
        if (handle.object() instanceof FileObject file) {
            doc.say("      Name: {name}  Device: {device}", "name", file.name.isEmpty() ? "(the device itself)" : file.name, "device", find.ref(file.device));
            if (file.completion.port() != null) {
                doc.say("      Completion port: {port}  Key: {key}", "port", find.ref(file.completion.port()), "key", new Doc.Num(file.completion.key(), "0x%X".formatted(file.completion.key())));
            }
        }
        if (handle.object() instanceof CompletionPort port) {
            doc.say("      Packets: {packets}  Threads: {active} of {concurrency} run, {waiting} wait  HandleCount: {handles}", "packets", port.packets().size(), "active", port.active(), "concurrency",
                    port.concurrency(), "waiting", port.waiting().size(), "handles", port.handles());
        }
        return doc;
    }

    // ---- memory --------------------------------------------------------------------------------------------------------------------

    private static boolean isPool(Region region) {
        long base = region.base;
        return base >= Machine.NONPAGED_POOL && base < Machine.SYSTEM_PTES;
    }

    private static Doc pool(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        long address = find.needAddress(words.word(0));
        Memory memory = session.live().machine().memory;
        Region asked = memory.regionNear(address < 0 ? null : Bytes.space(session.live()), address);
        if (asked == null) {
            throw new Command.Stop("0x%X is in no block that anything was allocated in", address);
        }
        List<List<Object>> rows = new ArrayList<>();
        boolean pool = isPool(asked);
        for (Region region : find.regions()) {
            if (region == asked || pool && isPool(region) && region.base >>> 12 == asked.base >>> 12) {
                rows.add(List.of((region == asked ? "*" : " ") + "%x".formatted(region.base), "size: " + Long.toHexString(region.size), region.freed ? "(Free)" : "(Allocated)",
                        region.tag == 0 ? region.kind : tag(region.tag), region == asked ? region.label() : find.ref(region), region.owner));
            }
        }
        Doc doc = new Doc().say("Pool page {address} region is {kind}", "address", new Doc.Num(address, "%x".formatted(address)), "kind",
                !pool ? address < 0 ? "system space" : "user memory" : asked.paged ? "Paged pool" : "Nonpaged pool").plainTable("blocks", List.of("address", "size", "state", "tag", "name", "owner"), rows);
        if (!asked.allocatedAt.isEmpty()) {
            doc.say("  allocated {allocated}", "allocated", asked.allocatedAt);
        }
        if (asked.freed) {
            doc.say("  freed {freed}", "freed", asked.freedAt);
        }
        if (!asked.contains(address)) {
            doc.say("  {where}", "where", "the address itself is outside: " + Bytes.place(session.live(), address));
        }
        return doc;
    }

    private static Doc poolUsed(Session session, Words words) {
        Map<String, long[]> totals = new TreeMap<>();
        Map<String, String> owners = new TreeMap<>();
        session.live().machine().memory.eachKernelRegion(region -> {
            if (isPool(region) && !region.freed) {
                String key = region.tag == 0 ? region.kind : tag(region.tag);
                long[] total = totals.computeIfAbsent(key, _ -> new long[4]);
                int at = region.paged ? 2 : 0;
                total[at]++;
                total[at + 1] += region.size;
                owners.merge(key, region.owner, (a, b) -> a.equals(b) ? a : "several");
            }
        });
        List<List<Object>> rows = new ArrayList<>();
        long[] sum = new long[4];
        totals.forEach((key, total) -> {
            rows.add(List.of(total[0], total[1], total[2], total[3], key, owners.get(key)));
            for (int i = 0; i < 4; i++) {
                sum[i] += total[i];
            }
        });
        rows.add(List.of(sum[0], sum[1], sum[2], sum[3], "TOTAL", ""));
        return new Doc().say("        NonPaged        Paged").table("tags", List.of("Allocs", "Used", "Allocs ", "Used ", "Tag", "Owner"), rows);
    }

    private static Doc pte(Session session, Words words) throws Command.Stop {
        Live live = session.live();
        long address = new Find(session).needAddress(words.word(0));
        Memory memory = live.machine().memory;
        Memory.Space space = address < 0 ? null : Bytes.space(live);
        Doc doc = new Doc().say("VA {address}  {place}", "address", new Doc.Num(address, "%016x".formatted(address)), "place", Bytes.place(live, address));
        if (!memory.isMapped(space, address)) {
            return doc.say("not valid: no page is mapped there{mapped}", "mapped", "");
        }
        String letters = "%s%s%s%s".formatted("V", memory.isWritable(space, address) ? "W" : "R", address < 0 ? "K" : "U", memory.isPageable(space, address) ? "P" : "-");
        return doc.say("pfn {frame}  {letters}   (V valid, W writable or R read-only, K kernel or U user, P pageable)", "frame", new Doc.Num(memory.frameOf(space, address), "%x".formatted(memory.frameOf(space, address))),
                "letters", letters + shadow(memory.shadowAt(space, address)));
    }

    private static String shadow(int bits) {
        return (bits & Shadow.FREED) != 0 ? ", freed" : (bits & Shadow.RED_ZONE) != 0 ? ", belongs to nothing" : (bits & Shadow.GONE) != 0 ? ", a stack frame that is gone"
                : (bits & Shadow.UNWRITTEN) != 0 ? ", never written" : "";
    }

    // ---- processes and threads -------------------------------------------------------------------------------------------------------

    private static Doc process(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        List<Process> all = find.processes();
        if (words.isEmpty() || words.word(0).equals("0")) {
            List<List<Object>> rows = new ArrayList<>();
            for (Process p : all) {
                rows.add(List.of(find.ref(p), p.id, p.handles().size(), threads(session, p).size(), p.ended ? "ended, exit code 0x%X".formatted(p.exitCode) : "running"));
            }
            return new Doc().table("processes", List.of("Process", "Cid", "Handles", "Threads", "State"), rows);
        }
        if (!(find.need(words.word(0)) instanceof Process p)) {
            throw new Command.Stop("`%s` is no process", words.word(0));
        }
        List<Irp> pending = IoManager.of(session.live().machine()).pending().stream().filter(irp -> irp.requestorProcessId() == p.id).toList();
        return new Doc().say("PROCESS {name}  Cid: {id}  {state}", "name", p.processName(), "id", p.id, "state", p.ended ? "ended, exit code 0x%X".formatted(p.exitCode) : "running")
                .say("  HandleCount: {handles} (!handle 0 {process})", "handles", p.handles().size(), "process", p.processName())
                .say("  Threads: {threads}", "threads", threads(session, p).isEmpty() ? "none" : threads(session, p)).say("  Pending requests: {requests}", "requests", pending.isEmpty() ? "none" : pending.stream().map(find::ref).toList());
    }

    private static List<Object> threads(Session session, Process process) {
        Find find = new Find(session);
        return session.live().machine().scheduler.alive().stream().filter(t -> t instanceof Caller c && c.process == process).map(find::ref).toList();
    }

    private static Doc thread(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        List<SimThread> all = session.live().machine().scheduler.alive();
        if (words.isEmpty()) {
            List<List<Object>> rows = new ArrayList<>();
            for (SimThread t : all) {
                rows.add(List.of(find.ref(t), t.isWaiting() ? "waits" : "ready", t.isWaiting() ? t.waitingFor() : ""));
            }
            return rows.isEmpty() ? new Doc().say("no thread is alive: nothing waits", "threads", List.of()) : new Doc().table("threads", List.of("Thread", "State", "For"), rows);
        }
        if (!(find.need(words.word(0)) instanceof SimThread t)) {
            throw new Command.Stop("`%s` is no thread that is alive", words.word(0));
        }
        Doc doc = new Doc().say("THREAD {name}  {state}{waits}", "name", t.threadName(), "state", t.isWaiting() ? "WAIT" : "READY", "waits", t.isWaiting() ? ": " + t.waitingFor() : "");
        if (t instanceof Caller caller) {
            doc.say("  Process {process}", "process", caller.process instanceof Process p ? find.ref(p) : caller.process.processName());
            List<Irp> irps = IoManager.of(session.live().machine()).pending().stream().filter(irp -> irp.requestor != null && irp.requestor.thread() == t).toList();
            doc.say("  IRP List: {irps}", "irps", irps.isEmpty() ? "none" : irps.stream().map(find::ref).toList());
        }
        return doc.lines("stack", frames(t));
    }

    private static List<String> frames(SimThread thread) {
        List<ScriptFrame> frames = ScriptStack.frames(thread);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            lines.add("  %02x %-24s %s".formatted(i, frames.get(i).function(), frames.get(i).place()));
        }
        return lines.isEmpty() ? List.of("  (no frame of a script)") : lines;
    }

    private static Doc stack(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        if (!words.isEmpty()) {
            if (!(find.need(words.word(0)) instanceof SimThread t)) {
                throw new Command.Stop("`%s` is no thread that is alive", words.word(0));
            }
            return new Doc().say(" # Function                 Site").lines("stack", frames(t));
        }
        Report report = session.live().lastReport();
        if (session.live().isDead() && report != null) {
            return new Doc().say("at the end of the machine:").lines("stack", report.body().stream().filter(l -> l.startsWith("  at ") || l.startsWith("             ")).toList());
        }
        List<Doc> list = new ArrayList<>();
        for (Live.Line line : session.live().pending()) {
            list.add(new Doc().say("input {number}, thread {thread}: waits for {waits}", "number", line.number, "thread", find.ref(line.thread()), "waits", line.waitsFor()).lines("stack", frames(line.thread())));
        }
        return list.isEmpty() ? new Doc().say("no line waits; !thread lists the threads", "lines", List.of()) : new Doc().parts("lines", 0, list);
    }

    private static Doc irql(Session session, Words words) {
        int level = session.live().machine().memory.irql;
        return new Doc().say("Debugger saved IRQL for processor 0x0 -- {level} ({name})", "level", level, "name", Irql.name(level));
    }

    // ---- what is checked and what was found --------------------------------------------------------------------------------------------

    private static Doc verifier(Session session, Words words) {
        Machine machine = session.live().machine();
        return new Doc().say("Verify Level {level}", "level", machine.verifier.name().toLowerCase(java.util.Locale.ROOT)).say("  violations:             {violations}", "violations", machine.violations)
                .say("  driver hosts ended:     {hostKills}", "hostKills", machine.hostKills).say("  bug checks:             {bugChecks}", "bugChecks", machine.bugChecks)
                .say("  nonpaged pool:          {nonpagedBlocks} blocks, {nonpagedBytes} bytes", "nonpagedBlocks", machine.nonpaged.liveBlocks(), "nonpagedBytes", machine.nonpaged.liveBytes())
                .say("  paged pool:             {pagedBlocks} blocks, {pagedBytes} bytes", "pagedBlocks", machine.paged.liveBlocks(), "pagedBytes", machine.paged.liveBytes())
                .say("  MDLs:                   {mdls}", "mdls", Mdl.live(machine).size());
    }

    static Doc error(Session session, Words words) throws Command.Stop {
        String word = words.need(0, "a number or a name");
        String text = session.bitsOf(word).filter(_ -> session.live().checker().variable(word).isPresent()).map(bits -> "0x%08X".formatted((int) (long) bits)).orElse(word);
        try {
            List<Doc> list = new ArrayList<>();
            for (Reading reading : new Decoder(session.engine().statuses()).read(text)) {
                Doc doc = new Doc().say("Error code: ({kind}) {code} ({value}) - {title}", "kind", reading.kind(), "code", new Doc.Num(reading.value(), "0x%x".formatted(reading.value())), "value", (int) reading.value(),
                        "title", reading.title());
                doc.plainTable("fields", List.of("name", "value", "meaning"), reading.fields().stream().map(f -> List.<Object>of("  " + f.name(), f.value(), f.meaning())).toList());
                list.add(doc);
            }
            return new Doc().parts("readings", 0, list);
        } catch (Decoder.Unknown e) {
            throw new Command.Stop("%s", e.getMessage());
        }
    }

    private static Doc analyze(Session session, Words words) throws Command.Stop {
        if (words.word(0).equals("-show")) {
            long code = new Find(session).address(words.need(1, "the code of a bug check")).orElseThrow(() -> new Command.Stop("`%s` is no code", words.word(1)));
            return new Doc().say("{name} ({code})", "name", BugChecks.name((int) code), "code", new Doc.Num(code, "%x".formatted(code)));
        }
        Report report = session.live().lastReport();
        if (report == null) {
            return new Doc().say("nothing has gone wrong: no bug check, no violation", "report", "");
        }
        Doc doc = new Doc().say("*******************************************************************************").say("*                        Bugcheck Analysis                                    *")
                .say("*******************************************************************************").say("");
        String kind = switch (report.kind()) {
            case BUGCHECK -> "%s (%x)".formatted(report.name(), report.code());
            case HOST_KILL -> "%s: a driver host ended, the machine goes on".formatted(report.name());
            default -> "%s, a %s: the machine goes on".formatted(report.name(), report.kind().name().toLowerCase(java.util.Locale.ROOT));
        };
        doc.say("{what}", "what", kind).say("{headline}", "headline", report.headline());
        if (report.kind() == Report.Kind.BUGCHECK) {
            for (int i = 0; i < 4; i++) {
                doc.say("Arg" + (i + 1) + ": {arg" + (i + 1) + "}", "arg" + (i + 1), new Doc.Num(report.parameters()[i], "%016x".formatted(report.parameters()[i])));
            }
        }
        if (!report.rule().isEmpty()) {
            doc.say("RULE: {rule}", "rule", report.rule());
        }
        doc.lines("details", report.body());
        return doc;
    }
}
