package wdfs.repl;

import java.util.ArrayList;
import java.util.List;
import wdfs.io.DriverObject;
import wdfs.repl.Command.Kind;
import wdfs.runtime.LoadedImage;
import wdfs.wdf.FxDevice;
import wdfs.wdf.FxDriver;
import wdfs.wdf.FxMemory;
import wdfs.wdf.FxObject;
import wdfs.wdf.FxQueue;
import wdfs.wdf.FxRequest;
import wdfs.wdf.FxTarget;
import wdfs.wdf.FxView;

/// The commands of the framework's debugger extension; `!wdfkd.` in front is optional.
final class WdfCommands {
    private WdfCommands() {}

    static List<Command> all() {
        return List.of(
                Command.wdf("!wdfldr", "", Kind.NONE, "Lists the drivers that are bound to the framework.", WdfCommands::ldr),
                Command.wdf("!wdfdriverinfo", "[DRIVER]", Kind.DRIVER, "Shows a framework driver: version, handle, devices and queues.", WdfCommands::driverInfo),
                Command.wdf("!wdfdevice", "[DEVICE]", Kind.DEVICE, "Shows a framework device: its device object, state, contexts, requests.", WdfCommands::device),
                Command.wdf("!wdfdevicequeues", "[DEVICE]", Kind.DEVICE, "Shows all queues of a device.", WdfCommands::deviceQueues),
                Command.wdf("!wdfqueue", "[QUEUE]", Kind.QUEUE, "Shows a queue: how it dispatches, its state, its callbacks, its requests.", WdfCommands::queue),
                Command.wdf("!wdfrequest", "[REQUEST]", Kind.REQUEST, "Shows a framework request: its IRP, state, queue and memory.", WdfCommands::request),
                Command.wdf("!wdfmemory", "MEMORY", Kind.HANDLE, "Shows a memory object: where its buffer is, and whose.", WdfCommands::memory),
                Command.wdf("!wdfhandle", "HANDLE", Kind.HANDLE, "Shows what a handle is: type, parent, children, contexts.", WdfCommands::handle),
                Command.wdf("!wdfobject", "HANDLE", Kind.HANDLE, "Shows the object behind a handle: references, state, contexts.", WdfCommands::handle),
                Command.wdf("!wdfiotarget", "[TARGET]", Kind.HANDLE, "Shows an I/O target: state, target device, requests sent and waiting.", WdfCommands::target),
                Command.wdf("!wdfinterrupt", "[INTERRUPT]", Kind.HANDLE, "Shows the interrupts: type, vector, IRQL, state, callbacks.", WdfCommands::interrupt),
                Command.wdf("!wdfopenhandles", "[DEVICE]", Kind.DEVICE, "Lists the files that are open on a device.", WdfCommands::openHandles),
                Command.wdf("!wdflogdump", "[DRIVER]", Kind.DRIVER, "Shows what happened last to the requests of a driver, as the framework's log would.", WdfCommands::log));
    }

    private static Doc ldr(Session session, Words words) {
        Find find = new Find(session);
        List<List<Object>> rows = new ArrayList<>();
        for (FxDriver driver : FxView.drivers(session.live().machine())) {
            LoadedImage image = driver.driver.image;
            rows.add(List.of(find.ref(driver), driver.driver.name(), image.info().kind().equals("UMDF_DRIVER") ? "UMDF" : "KMDF", image.info().version(), FxView.devicesOf(driver).size()));
        }
        return rows.isEmpty() ? new Doc().say("no driver is bound to the framework", "drivers", List.of())
                : new Doc().say("LoadedModuleList").table("drivers", List.of("Driver", "ImageName", "Framework", "Ver", "Devices"), rows);
    }

    private static Doc interrupt(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        Object asked = words.isEmpty() ? null : find.need(words.word(0));
        List<Doc> list = new ArrayList<>();
        for (FxView.Interrupt i : FxView.interrupts(session.live().machine())) {
            if (asked != null && asked != i.object() && asked != i.device()) {
                continue;
            }
            Doc doc = new Doc().say("Dumping WDFINTERRUPT {interrupt}", "interrupt", i.object().label()).say("  Device: {device}", "device", find.ref(i.device()))
                    .say("  Type: {type}, {state}", "type", i.messageSignaled() ? "message-signaled, message " + i.message() : "line-based", "state", i.connected() ? "connected" : "not connected");
            if (i.vector() != null) {
                doc.say("  Vector: {vector}  Irql: {irql}  Mode: {mode}  {sharing}  Line: {line}", "vector", new Doc.Num(i.vector().number(), "0x%x".formatted(i.vector().number())), "irql",
                        i.passive() ? 0 : i.vector().irql(), "mode", i.vector().isLevel() ? "LevelSensitive" : "Latched", "sharing", i.vector().isShared() ? "shared" : "exclusive", "line", i.vector().name());
            }
            if (i.passive()) {
                doc.say("  Handled at PASSIVE_LEVEL");
            }
            i.callbacks().forEach((name, address) -> doc.say("  " + name + ": {routine}", "routine", find.routine(address)));
            list.add(doc);
        }
        if (list.isEmpty() && asked != null) {
            throw new Command.Stop("`%s` has no interrupt; it is %s", words.word(0), find.what(asked));
        }
        return list.isEmpty() ? new Doc().say("no driver has made a WDFINTERRUPT", "interrupts", List.of()) : new Doc().parts("interrupts", 0, list);
    }

    private static Doc driverInfo(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        FxDriver driver;
        if (words.isEmpty()) {
            List<FxDriver> all = FxView.drivers(session.live().machine());
            if (all.isEmpty()) {
                throw new Command.Stop("no driver is bound to the framework; .load a script with one");
            }
            driver = all.getFirst();
        } else {
            DriverObject object = find.needDriver(words.word(0));
            driver = FxView.drivers(session.live().machine()).stream().filter(d -> d.driver == object).findFirst().orElse(null);
            if (driver == null) {
                throw new Command.Stop("driver %s is not bound to the framework (!drvobj %s shows it)", object.name(), object.name());
            }
        }
        LoadedImage image = driver.driver.image;
        Doc doc = new Doc().say("----------------------------------").say("Default driver image name: {name}", "name", driver.driver.name())
                .say("WDF library: {framework} {version}", "framework", image.info().kind().equals("UMDF_DRIVER") ? "UMDF" : "KMDF", "version", image.info().version())
                .say("Framework verifier: {verifier}  Pool tag: {tag}", "verifier", driver.verifier() ? "on" : "off", "tag", KernelCommands.tag(FxView.tag(driver)))
                .say("----------------------------------").say("WDFDRIVER {driver}  {object}", "driver", driver.label(), "object", find.ref(driver.driver));
        List<Doc> devices = new ArrayList<>();
        for (FxDevice device : FxView.devicesOf(driver)) {
            Doc inner = new Doc().say("!wdfdevice {device}  ({object})", "device", find.ref(device), "object", find.ref(device.device)).parts("contexts", 4, contexts(session, device));
            List<Doc> queues = new ArrayList<>();
            for (FxView.Queue queue : FxView.queuesOf(device.device)) {
                queues.add(new Doc().say("!wdfqueue {queue}  {dispatching}", "queue", find.ref(queue.object()), "dispatching", queue.dispatching()));
            }
            devices.add(inner.parts("queues", 4, queues));
        }
        return doc.parts("devices", 2, devices);
    }

    private static List<Doc> contexts(Session session, FxObject object) {
        List<Doc> list = new ArrayList<>();
        for (FxView.Ctx context : FxView.object(object).contexts()) {
            if (context.type().contains("$")) {
                continue;                                             // what the declaration of a device keeps for itself
            }
            list.add(new Doc().say("context: dt {type} {address}  (size is 0x{size} bytes)", "type", context.type(), "address",
                    new Doc.Ref(context.memory().label(), context.memory().base, "dt " + context.type() + " " + context.memory().label()), "size", new Doc.Num(context.memory().size, Long.toHexString(context.memory().size))));
        }
        return list;
    }

    private static Doc device(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        FxView.Device d = FxView.device(find.needFxDevice(words.word(0)));
        Doc doc = new Doc().say("Device {device}", "device", d.object().label()).say("  WDM device objects: {object}  driver {driver}", "object", find.ref(d.device()), "driver", find.ref(d.device().driver));
        if (d.lower() == null) {
            doc.say("  {state}", "state", d.state());
        } else {
            doc.say("  {kind} device, attached to {lower}", "kind", d.filter() ? "Filter" : "Function", "lower", find.ref(d.lower()));
        }
        doc.say("  Reads and writes: {ioType}", "ioType", switch (d.object().ioType()) {
            case 2 -> "buffered";
            case 3 -> "direct";
            default -> "neither";
        });
        if (!d.links().isEmpty()) {
            doc.say("  Symbolic links: {links}", "links", d.links());
        }
        doc.say("  Queues: {queues}", "queues", FxView.queuesOf(d.device()).stream().map(q -> find.ref(q.object())).toList());
        doc.say("  Requests in flight: {requests}", "requests", d.inFlight().isEmpty() ? "none" : d.inFlight().stream().map(find::ref).toList());
        if (!d.targets().isEmpty()) {
            doc.say("  I/O targets: {targets}", "targets", d.targets().stream().map(find::ref).toList());
        }
        return doc.parts("contexts", 2, contexts(session, d.object()));
    }

    private static Doc deviceQueues(Session session, Words words) throws Command.Stop {
        FxDevice device = new Find(session).needFxDevice(words.word(0));
        List<FxView.Queue> queues = FxView.queuesOf(device.device);
        Doc doc = new Doc().say("Dumping queues of WDFDEVICE {device}", "device", new Find(session).ref(device)).say("=====================================").say("Number of queues: {count}", "count", queues.size())
                .say("----------------------------------");
        List<Doc> list = new ArrayList<>();
        int number = 0;
        for (FxView.Queue queue : queues) {
            list.add(new Doc().say("Queue: {number} (!wdfqueue {queue})", "number", ++number, "queue", new Find(session).ref(queue.object())).part("details", 4, queue(session, queue)));
        }
        return doc.parts("queues", 0, list);
    }

    private static Doc queue(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        FxQueue queue;
        if (words.isEmpty() || words.word(0).equals("Default")) {
            // Of several default queues the one that has something to show.
            queue = FxView.queues(session.live().machine()).stream().filter(FxView.Queue::isDefault).sorted(java.util.Comparator.comparingInt(q -> q.owned() + q.waiting().size() > 0 ? 0 : 1))
                    .map(q -> (FxQueue) q.object()).findFirst()
                    .orElse(find.needFx(words.word(0), FxQueue.class, "queue"));
        } else {
            queue = find.needFx(words.word(0), FxQueue.class, "queue");
        }
        FxView.Queue view = FxView.queue(queue);
        return new Doc().say("Dumping WDFQUEUE {queue}{shown} of {device}", "queue", queue.label(), "shown", view.shown().equals(queue.label()) ? "" : " (" + view.shown() + ")", "device", find.ref(view.device()))
                .say("=========================").part("details", 0, queue(session, view));
    }

    private static Doc queue(Session session, FxView.Queue view) {
        Find find = new Find(session);
        Doc doc = new Doc().say("{dispatching}, {power}, {accepts}, {dispatches}", "dispatching", view.dispatching().substring(0, 1).toUpperCase(java.util.Locale.ROOT) + view.dispatching().substring(1), "power",
                view.powerManaged() ? "Power-managed, " + (view.powerOff() ? "PowerOff" : "PowerOn") : "Not power-managed", "accepts", view.accepts() ? "Can accept" : "Cannot accept", "dispatches", view.dispatches() ? "Can dispatch" : "Cannot dispatch");
        doc.say("    Number of driver owned requests: {owned}", "owned", view.owned());
        for (FxRequest request : view.ownedRequests()) {
            doc.say("        !wdfrequest {request}", "request", find.ref(request));
        }
        doc.say("    Number of waiting requests: {waiting}", "waiting", view.waiting().size());
        for (FxRequest request : view.waiting()) {
            doc.say("        !wdfrequest {request}", "request", find.ref(request));
        }
        if (!view.reserve().isEmpty()) {
            doc.say("    Forward progress: {reserve}", "reserve", view.reserve());
        }
        List<List<Object>> rows = new ArrayList<>();
        view.callbacks().forEach((name, address) -> rows.add(List.of("    " + name + ":", find.routine(address))));
        return doc.plainTable("callbacks", List.of("callback", "routine"), rows);
    }

    private static Doc request(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        FxView.Request r = FxView.request(find.needFx(words.word(0), FxRequest.class, "request of the framework"));
        Doc doc = new Doc().say("Request {request}: {irp}", "request", r.object().label(), "irp", find.ref(r.object().irp));
        doc.say("  State: {state}", "state", r.state());
        if (r.queue() != null) {
            doc.say("  Queue: {queue}", "queue", find.ref(r.queue()));
        }
        if (r.target() != null) {
            doc.say("  Target: {target}", "target", find.ref(r.target()));
        }
        if (r.cancelRoutine() != 0) {
            doc.say("  EvtRequestCancel: {cancel}{called}", "cancel", find.routine(r.cancelRoutine()), "called", r.cancelFired() ? ", called" : "");
        }
        if (r.completionRoutine() != 0) {
            doc.say("  CompletionRoutine: {completion}", "completion", find.routine(r.completionRoutine()));
        }
        doc.say("  Input memory: {input}", "input", r.input() == null ? "not retrieved" : find.ref(r.input())).say("  Output memory: {output}", "output", r.output() == null ? "not retrieved" : find.ref(r.output()));
        return doc.parts("contexts", 2, contexts(session, r.object()));
    }

    private static Doc memory(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        FxView.Memory m = FxView.memory(find.needFx(words.word(0), FxMemory.class, "memory object"));
        Doc doc = new Doc().say("WDFMEMORY {memory}: {kind}", "memory", m.object().label(), "kind", m.kind()).say("  Buffer {buffer}, length {length}{readOnly}", "buffer", find.place(m.address()), "length", m.size(), "readOnly",
                m.readOnly() ? ", read-only" : "");
        if (m.request() != null) {
            doc.say("  It is the buffer of {request}{gone}", "request", find.ref(m.request()), "gone", m.requestGone() ? ", which is completed: the buffer may be gone" : "");
        }
        return doc;
    }

    private static Doc handle(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        FxObject object = find.needFx(words.need(0, "a handle"), FxObject.class, "handle of the framework");
        FxView.Details d = FxView.object(object);
        Doc doc = new Doc().say("Handle {handle} ({bits}) is a {type}", "handle", object.label(), "bits", new Doc.Num(object.handle, "0x%x".formatted(object.handle)), "type", object.type)
                .say("  References: {references}{deleting}{made}", "references", d.references(), "deleting", d.deleting() ? ", being deleted" : "", "made", d.madeAt().isEmpty() ? "" : ", made at " + d.madeAt());
        doc.say("  Parent: {parent}", "parent", d.parent() == null ? "none" : find.ref(d.parent()));
        if (!d.children().isEmpty()) {
            doc.say("  Children: {children}", "children", d.children().stream().map(find::ref).toList());
        }
        doc.parts("contexts", 2, contexts(session, object));
        if (find.ref(object) instanceof Doc.Ref ref && !ref.command().startsWith("!wdfhandle")) {
            doc.say("  {show}", "show", ref.command());
        }
        return doc;
    }

    private static Doc target(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        FxView.Target t = FxView.target(find.needFx(words.word(0), FxTarget.class, "I/O target"));
        return new Doc().say("WDFIOTARGET {target} of {device}", "target", t.object().label(), "device", t.device() == null ? "-" : find.ref(t.device()))
                .say("  Target device: {destination}", "destination", t.target() == null ? "none" : find.ref(t.target())).say("  Type: {type}", "type", t.local() ? "In-stack target" : "Remote target")
                .say("  State: {state}", "state", "WdfIoTarget" + t.state().substring(0, 1).toUpperCase(java.util.Locale.ROOT) + t.state().substring(1))
                .say("  Requests waiting: {waiting}  sent: {sent}  sent ignoring state: {ignoring}", "waiting", t.waiting(), "sent", t.sent(), "ignoring", t.ignoringState());
    }

    private static Doc openHandles(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        FxDevice device = find.needFxDevice(words.word(0));
        List<List<Object>> rows = new ArrayList<>();
        for (var process : wdfs.win32.Processes.of(session.live().machine()).all()) {
            process.handles().forEach((value, handle) -> {
                if (handle.object() instanceof wdfs.io.FileObject file && file.device == device.device) {
                    rows.add(List.of(find.ref(file), find.ref(process), new Doc.Num(value, "0x%x".formatted(value))));
                }
            });
        }
        return rows.isEmpty() ? new Doc().say("no file is open on {device}", "device", find.ref(device), "files", List.of()) : new Doc().table("files", List.of("File", "Process", "Handle"), rows);
    }

    private static Doc log(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        String driver = words.isEmpty() ? "" : find.needDriver(words.word(0)).name();
        List<String> lines = new ArrayList<>();
        int sequence = 0;
        for (var irp : wdfs.io.IoManager.of(session.live().machine()).recent()) {
            boolean his = driver.isEmpty() || irp.file != null && irp.file.device.driver.name().equals(driver) || irp.holder.equals(driver);
            if (his) {
                for (String line : irp.story()) {
                    lines.add("%d: #%d %s".formatted(++sequence, irp.number, line));
                }
            }
        }
        return new Doc().say("Log of {driver}: {entries} entries", "driver", driver.isEmpty() ? "all drivers" : driver, "entries", lines.size()).say("--- start of log ---").lines("log", lines).say("--- end of log ---");
    }
}
