package wdfs.repl;

import java.util.ArrayList;
import java.util.List;
import wdfs.io.DeviceObject;
import wdfs.io.Devnode;
import wdfs.io.DriverObject;
import wdfs.io.FileObject;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.PnpManager;
import wdfs.kernel.CompletionPort;
import wdfs.kernel.Mdl;
import wdfs.kernel.Namespace;
import wdfs.repl.Command.Kind;
import wdfs.wdf.FxDevice;
import wdfs.wdf.FxView;

/// The debugger's commands for requests, devices and drivers.
final class IoCommands {
    /// IO_STACK_LOCATION.DeviceObject.
    private static final int LOCATION_DEVICE = 0x28;

    private IoCommands() {}

    static List<Command> all() {
        return List.of(
                Command.look("!irp", "[REQUEST] [1]", Kind.REQUEST, "Shows one IRP: its buffers, and each stack location with its parameters; 1 shows more.", IoCommands::irp)
                        .with("Without an argument: the last request. The current location has > in front. What a completed request has left is its story."),
                Command.look("!irpfind", "[-v] [device NAME | thread NAME | driver NAME]", Kind.NONE, "Lists the IRPs that are under way.", IoCommands::irpfind),
                Command.look("!ioctldecode", "CODE", Kind.CODE, "Takes a control code apart: device type, method, access, function.", IoCommands::ioctldecode),
                Command.look("!devobj", "DEVICE", Kind.DEVICE, "Shows a device object: flags, driver, what is attached.", IoCommands::devobj),
                Command.look("!drvobj", "DRIVER [FLAGS]", Kind.DRIVER, "Shows a driver object: its devices (1), its dispatch routines (2); 3 is both.", IoCommands::drvobj),
                Command.look("!devstack", "DEVICE", Kind.DEVICE, "Shows the device stack, the top first; > marks the device asked for.", IoCommands::devstack),
                Command.look("!devnode", "[NAME | 0 1]", Kind.DEVNODE, "Shows the devnodes: what PnP found, and the drivers of each stack.", IoCommands::devnode),
                Command.look("!object", "[PATH]", Kind.OBJECT, "Shows a named object, or the names of a directory: \\Device, \\Driver, \\??.", IoCommands::object),
                Command.look("!fileobj", "FILE", Kind.ADDRESS, "Shows a file object: what was opened, and how.", IoCommands::fileobj),
                Command.look("!mdl", "MDL", Kind.ADDRESS, "Shows a memory descriptor list: what it describes, its flags and pages.", IoCommands::mdl));
    }

    private static Doc irp(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        Irp irp = find.needIrp(words.word(0));
        boolean more = words.list().size() > 1 && !words.word(1).equals("0");
        Doc doc = new Doc();
        if (irp.isCompleted() || IoManager.of(session.live().machine()).irp(irp.address) != irp) {
            doc.say("{irp} is completed: {major}  {code}", "irp", "IRP#" + irp.number, "major", Irp.majorName(irp.firstMajor()), "code", irp.shownCode());
            doc.lines("story", 4, irp.story());
            return doc;
        }
        int count = irp.stackCount();
        int current = irp.currentLocation();
        doc.say("Irp {irp} is active with {stacks} {word} {current} is current (= {location})", "irp", find.ref(irp), "stacks", count, "word", count == 1 ? "stack" : "stacks",
                "current", current, "location", new Doc.Num(irp.stackLocation(), Bytes.place(session.live(), irp.stackLocation())));
        Mdl mdl = Mdl.at(session.live().machine(), irp.mdlAddress());
        doc.say(" {mdl}: {buffer}: Thread {thread}:", "mdl", irp.mdlAddress() == 0 ? "No Mdl" : mdl == null ? find.place(irp.mdlAddress()) : find.ref(mdl), "buffer",
                irp.systemBufferAddress() == 0 ? "No System Buffer" : find.place(irp.systemBufferAddress()), "thread",
                irp.requestor == null || irp.requestor.thread() == null ? "System" : find.ref(irp.requestor.thread()));
        if (irp.userBuffer() != 0) {
            doc.say(" UserBuffer {user}", "user", find.place(irp.userBuffer()));
        }
        if (more) {
            doc.say(" Status {status}, Information {information}, Flags {flags}", "status", session.live().machine().statuses.name(irp.status()), "information", irp.information(), "flags",
                    new Doc.Num(irp.flags(), flags(irp.flags(), 0x4, "IRP_SYNCHRONOUS_API", 0x10, "IRP_BUFFERED_IO", 0x20, "IRP_DEALLOCATE_BUFFER", 0x40, "IRP_INPUT_OPERATION")));
        }
        doc.say("     cmd  flg cl Device   File     Completion-Context");
        List<Doc> locations = new ArrayList<>();
        for (int i = count; i >= 1; i--) {
            locations.add(location(session, find, irp, i, i == current));
        }
        doc.parts("locations", 0, locations);
        if (irp.isCancelled()) {
            doc.say(" Cancel is set");
        }
        if (more) {
            doc.lines("story", 4, irp.story());
        }
        return doc;
    }

    private static Doc location(Session session, Find find, Irp irp, int index, boolean current) {
        long at = irp.address + Irp.SIZE + (long) (index - 1) * Irp.STACK_LOCATION_SIZE;
        long head = Bytes.number(session.live(), at, 8);
        int major = (int) head & 0xFF;
        int minor = (int) (head >> 8) & 0xFF;
        int flags = (int) (head >> 16) & 0xFF;
        int control = (int) (head >> 24) & 0xFF;
        long device = Bytes.number(session.live(), at + LOCATION_DEVICE, 8);
        long file = Bytes.number(session.live(), at + 0x30, 8);
        long completion = Bytes.number(session.live(), at + 0x38, 8);
        long context = Bytes.number(session.live(), at + 0x40, 8);
        boolean unused = head == 0 && device == 0 && completion == 0 && !current;
        DeviceObject object = IoManager.of(session.live().machine()).device(device);
        List<String> invoke = new ArrayList<>();
        if ((control & 0x40) != 0) {
            invoke.add("Success");
        }
        if ((control & 0x80) != 0) {
            invoke.add("Error");
        }
        if ((control & 0x20) != 0) {
            invoke.add("Cancel");
        }
        if ((control & 0x01) != 0) {
            invoke.add("pending");
        }
        Doc doc = new Doc();
        doc.say("{mark}[{major}({code}), {minor}] {flags} {control} {device} {file} {completion}-{context} {invoke}", "mark", current ? ">" : " ", "major",
                unused ? "N/A" : Irp.majorName(major), "code", new Doc.Num(major, Integer.toHexString(major)), "minor", new Doc.Num(minor, Integer.toHexString(minor)),
                "flags", new Doc.Num(flags, "%2x".formatted(flags)), "control", new Doc.Num(control, "%2x".formatted(control)), "device",
                object == null ? new Doc.Num(device, "%08x".formatted(device)) : find.ref(object), "file", file == 0 ? new Doc.Num(0, "00000000") : find.place(file), "completion",
                completion == 0 ? new Doc.Num(0, "00000000") : find.routine(completion), "context", context == 0 ? new Doc.Num(0, "00000000") : find.place(context), "invoke",
                String.join(" ", invoke));
        if (object != null) {
            doc.say("               {driver}", "driver", find.ref(object.driver));
        }
        long[] args = new long[4];
        for (int i = 0; i < 4; i++) {
            args[i] = Bytes.number(session.live(), at + 8 + 8 * i, 8);
        }
        boolean codes = major == 0x0E || major == 0x0F;
        doc.say("            Args: {arg1} {arg2} {arg3} {arg4}{names}", "arg1", hex(args[0]), "arg2", hex(args[1]), "arg3",
                codes ? new Doc.Num(args[2] & 0xFFFF_FFFFL, "0x%x".formatted(args[2] & 0xFFFF_FFFFL)) : hex(args[2]), "arg4", hex(args[3]), "names",
                codes ? "  (output %d, input %d, %s)".formatted(args[0] & 0xFFFF_FFFFL, args[1] & 0xFFFF_FFFFL, session.live().machine().ioctlName((int) args[2]))
                        : major == 3 || major == 4 ? "  (length %d)".formatted(args[0] & 0xFFFF_FFFFL) : "");
        return doc;
    }

    private static Doc.Num hex(long value) {
        return new Doc.Num(value, "%08x".formatted(value));
    }

    /// Names for the bits of a value.
    static String flags(long value, Object... names) {
        StringBuilder text = new StringBuilder("0x%x".formatted(value));
        String separator = " (";
        for (int i = 0; i < names.length; i += 2) {
            if ((value & (Integer) names[i]) != 0) {
                text.append(separator).append(names[i + 1]);
                separator = " ";
            }
        }
        return separator.equals(" (") ? text.toString() : text.append(")").toString();
    }

    private static Doc irpfind(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        List<List<Object>> rows = new ArrayList<>();
        List<String> rest = words.list().stream().filter(w -> !w.equals("-v")).toList();
        String criterion = rest.isEmpty() ? "" : rest.getFirst();
        String wanted = rest.size() > 1 ? rest.get(1) : "";
        DeviceObject device = criterion.equals("device") ? find.needDevice(wanted) : null;
        for (Irp irp : IoManager.of(session.live().machine()).pending()) {
            String thread = irp.requestor == null || irp.requestor.thread() == null ? "System" : irp.requestor.thread().threadName();
            boolean shown = switch (criterion) {
                case "" -> true;
                case "device" -> concerns(session, irp, device);
                case "thread" -> thread.equals(wanted);
                case "driver" -> irp.holder.equals(wanted);
                default -> throw new Command.Stop("it knows the criteria device, thread and driver, not `%s`", criterion);
            };
            if (shown) {
                rows.add(List.of(find.ref(irp), irp.requestor == null || irp.requestor.thread() == null ? "System" : find.ref(irp.requestor.thread()), irp.holder.isEmpty() ? "-" : irp.holder,
                        Irp.majorName(irp.firstMajor()), irp.shownCode().isEmpty() ? "" : irp.shownCode()));
            }
        }
        if (rows.isEmpty()) {
            return new Doc().say("no IRP is under way", "irps", List.of());
        }
        return new Doc().table("irps", List.of("Irp", "Thread", "Driver", "Major", "Code"), rows);
    }

    /// The device that has the request: that of its current stack location, and before it was sent anywhere its file's.
    private static DeviceObject deviceOf(Session session, Irp irp) {
        int current = irp.currentLocation();
        DeviceObject device = current < 1 || current > irp.stackCount() ? null
                : IoManager.of(session.live().machine()).device(Bytes.number(session.live(), irp.stackLocation() + LOCATION_DEVICE, 8));
        return device != null ? device : irp.file != null ? irp.file.device : null;
    }

    /// Whether the request was opened on the device, or has come to it on its way down.
    private static boolean concerns(Session session, Irp irp, DeviceObject device) {
        if (irp.file != null && irp.file.device == device) {
            return true;
        }
        if (device.framework instanceof FxDevice fx && FxView.device(fx).inFlight().stream().anyMatch(request -> request.irp.number == irp.number)) {
            return true;                                              // in a host another IRP stands for it
        }
        for (int i = Math.max(1, irp.currentLocation()); i <= irp.stackCount(); i++) {
            if (Bytes.number(session.live(), irp.address + Irp.SIZE + (long) (i - 1) * Irp.STACK_LOCATION_SIZE + LOCATION_DEVICE, 8) == device.address()) {
                return true;
            }
        }
        return false;
    }

    private static Doc ioctldecode(Session session, Words words) throws Command.Stop {
        String word = words.need(0, "a control code or the name of an ioctl");
        Find find = new Find(session);
        long code = -1;
        for (var ioctl : session.live().checker().ioctls()) {
            if (ioctl.name().equals(word)) {
                code = ioctl.code() & 0xFFFF_FFFFL;
            }
        }
        if (code < 0) {
            Object value = session.bitsOf(word).map(Object.class::cast).or(() -> find.address(word).map(Object.class::cast)).orElse(null);
            if (!(value instanceof Long bits)) {
                throw new Command.Stop("`%s` is neither a control code nor the name of one", word);
            }
            code = bits & 0xFFFF_FFFFL;
        }
        int method = (int) code & 3;
        int access = (int) (code >> 14) & 3;
        int type = (int) (code >> 16) & 0xFFFF;
        int function = (int) (code >> 2) & 0xFFF;
        String name = session.live().machine().ioctlName((int) code);
        return new Doc().say("{name} : {code}", "name", name.startsWith("0x") ? "Unknown IOCTL" : name, "code", new Doc.Num(code, "0x%08X".formatted(code)))
                .say("  Device Type  {deviceType}  {deviceTypeName}", "deviceType", new Doc.Num(type, "0x%X".formatted(type)), "deviceTypeName", DeviceTypes.names(session, type))
                .say("  Method       {method}  {methodName}", "method", method, "methodName", Irp.methodName(method))
                .say("  Access       {access}  {accessName}", "access", access, "accessName", List.of("FILE_ANY_ACCESS", "FILE_READ_ACCESS", "FILE_WRITE_ACCESS", "FILE_READ_ACCESS | FILE_WRITE_ACCESS").get(access))
                .say("  Function     {function}{custom}", "function", new Doc.Num(function, "0x%X".formatted(function)), "custom", function >= 0x800 ? "  (the driver's own: 0x800 and above)" : "");
    }

    private static Doc devobj(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        DeviceObject d = find.needDevice(words.word(0));
        Doc doc = new Doc();
        doc.say("Device object ({address}) is for:", "address", new Doc.Num(d.address(), "%x".formatted(d.address())));
        doc.say(" {name} {driver}", "name", find.nameOf(d), "driver", find.ref(d.driver));
        List<Irp> busy = IoManager.of(session.live().machine()).pending().stream().filter(irp -> d.inHost ? concerns(session, irp, d) : deviceOf(session, irp) == d).toList();
        long currentIrp = Bytes.number(session.live(), d.address() + DeviceObject.CURRENT_IRP, 8);
        Irp current = IoManager.of(session.live().machine()).irp(currentIrp);
        doc.say("Current Irp {irp} RefCount {references} Type {type} Flags {flags}", "irp", current != null ? find.ref(current) : hex(currentIrp), "references", d.opens, "type", new Doc.Num(d.deviceType(), "%08x".formatted(d.deviceType())),
                "flags", new Doc.Num(d.flags(), flags(d.flags(), 0x4, "DO_BUFFERED_IO", 0x8, "DO_EXCLUSIVE", 0x10, "DO_DIRECT_IO", 0x40, "DO_DEVICE_HAS_NAME", 0x80, "DO_DEVICE_INITIALIZING",
                        0x1000, "DO_BUS_ENUMERATED_DEVICE")));
        if (!d.sddl.isEmpty()) {
            doc.say("SDDL {sddl}", "sddl", d.sddl);
        }
        long extension = Bytes.number(session.live(), d.address() + DeviceObject.EXTENSION, 8);
        doc.say("DevExt {extension} StackSize {stackSize}", "extension", extension == 0 ? "NULL" : find.place(extension), "stackSize", d.stackSize());
        doc.say("Characteristics ({characteristics})", "characteristics", new Doc.Num(d.characteristics(), flags(d.characteristics(), 0x80, "FILE_AUTOGENERATED_DEVICE_NAME", 0x100, "FILE_DEVICE_SECURE_OPEN")));
        if (d.attached != null) {
            doc.say("AttachedDevice (Upper) {upper} {upperDriver}", "upper", find.ref(d.attached), "upperDriver", find.ref(d.attached.driver));
        }
        if (d.attachedTo != null) {
            doc.say("AttachedTo (Lower) {lower} {lowerDriver}", "lower", find.ref(d.attachedTo), "lowerDriver", find.ref(d.attachedTo.driver));
        }
        if (d.framework instanceof FxDevice fx) {
            doc.say("Framework device {device}", "device", find.ref(fx));
        }
        doc.say(busy.isEmpty() ? "Device queue is not busy." : "Device queue is not busy; requests with the driver: {requests}", "requests", busy.stream().map(find::ref).toList());
        return doc;
    }

    private static Doc drvobj(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        DriverObject d = find.needDriver(words.need(0, "a driver"));
        int show = words.count() > 1 ? (int) find.address(words.word(1)).orElse(1L).longValue() : 1;
        Doc doc = new Doc().say("Driver object ({address}) is for:", "address", new Doc.Num(d.address(), "%x".formatted(d.address()))).say(" {name}", "name", "\\Driver\\" + d.name());
        if ((show & 1) != 0) {
            doc.say("Device Object list: {devices}", "devices", d.devices.isEmpty() ? "none" : d.devices.reversed().stream().map(find::ref).toList());
        }
        if ((show & 2) != 0) {
            doc.say("DriverUnload: {unload}", "unload", find.routine(d.unloadRoutine()));
            List<List<Object>> rows = new ArrayList<>();
            for (int i = 0; i <= 27; i++) {
                long at = d.majorFunction(i);
                Object routine = find.routine(at);
                if (routine.toString().endsWith("IopInvalidDeviceRequest") && (show & 4) == 0 && d.dispatcher != null) {
                    routine = new Doc.Num(at, "Wdf01000!FxDevice::Dispatch");
                }
                rows.add(List.of("[%02x]".formatted(i), Irp.majorName(i), new Doc.Num(at, "%x".formatted(at)), routine));
            }
            doc.say("Dispatch routines:").table("dispatch", List.of("", "Major function", "Address", "Routine"), rows);
        }
        if ((show & 4) != 0) {
            List<Doc> devices = new ArrayList<>();
            for (DeviceObject device : d.devices.reversed()) {
                devices.add(devobj(session, Words.of(find.nameOf(device))));
            }
            doc.parts("deviceDetails", 1, devices);
        }
        return doc;
    }

    private static Doc devstack(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        DeviceObject asked = find.needDevice(words.need(0, "a device"));
        List<List<Object>> rows = new ArrayList<>();
        DeviceObject bottom = asked;
        for (DeviceObject d = asked.top(); d != null; d = d.attachedTo) {
            long extension = Bytes.number(session.live(), d.address() + DeviceObject.EXTENSION, 8);
            rows.add(List.of(d == asked ? ">" : " ", find.ref(d), find.ref(d.driver), extension == 0 ? "-" : find.place(extension), d.name.isEmpty() ? "" : d.name));
            bottom = d;
        }
        Doc doc = new Doc().table("stack", List.of("", "!DevObj", "!DrvObj", "!DevExt", "ObjectName"), rows);
        for (Devnode node : PnpManager.of(session.live().machine()).nodes()) {
            if (node.physical() == bottom) {
                doc.say("!DevNode {devnode} :", "devnode", find.ref(node)).say("  DeviceInst is \"{instance}\"", "instance", "Root\\" + node.name).say("  ServiceName is \"{service}\"", "service", node.function());
            }
        }
        return doc;
    }

    private static Doc devnode(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        List<Devnode> nodes = PnpManager.of(session.live().machine()).nodes();
        if (!words.isEmpty() && !words.word(0).matches("\\d")) {
            nodes = nodes.stream().filter(n -> n.name.equals(words.word(0)) || n.drivers().contains(words.word(0))).toList();
            if (nodes.isEmpty()) {
                throw new Command.Stop("there is no devnode `%s`", words.word(0));
            }
        }
        List<Doc> list = new ArrayList<>();
        for (Devnode node : nodes) {
            Doc doc = new Doc().say("DevNode {name} for PDO {physical}", "name", find.ref(node), "physical", node.physical() == null ? "none" : find.ref(node.physical()));
            doc.say("  InstancePath is \"{instance}\"", "instance", "Root\\" + node.name);
            doc.say("  ServiceName is \"{service}\"", "service", node.function());
            doc.say("  Stack (lowest first): {drivers}", "drivers", node.drivers());
            doc.say("  State = {state}", "state", stateName(node.state()));
            list.add(doc);
        }
        return list.isEmpty() ? new Doc().say("no devnodes: the drivers have control devices only", "devnodes", List.of()) : new Doc().say("Root").parts("devnodes", 2, list);
    }

    private static String stateName(Devnode.State state) {
        return switch (state) {
            case STARTED -> "DeviceNodeStarted (0x308)";
            case ABSENT -> "absent";
            case FAILED -> "failed";
            default -> state.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        };
    }

    private static Doc object(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        String path = words.isEmpty() ? "\\" : words.word(0).replace("\\\\", "\\");
        var all = Namespace.of(session.live().machine()).all();
        String directory = Find.lower(path).replaceFirst("^\\\\(dosdevices|global\\?\\?)", "\\\\??").replaceFirst("\\\\$", "");
        List<List<Object>> rows = new ArrayList<>();
        List<List<Object>> packets = new ArrayList<>();
        if (directory.isEmpty()) {
            for (String name : List.of("\\Device", "\\Driver", "\\??")) {
                rows.add(List.of("-", new Doc.Ref(name, 0, "!object " + name), "Directory"));
            }
            return new Doc().say("Object: \\  Type: Directory").table("objects", List.of("Address", "Name", "Type"), rows);
        }
        all.forEach((key, value) -> {
            if (key.startsWith(directory + "\\") && key.indexOf('\\', directory.length() + 1) < 0) {
                rows.add(List.of(new Doc.Num(find.addressOf(value), "%x".formatted(find.addressOf(value))), nameIn(find, key, value), typeOf(value)));
            }
        });
        if (!rows.isEmpty() || directory.equals("\\device") || directory.equals("\\driver") || directory.equals("\\??")) {
            return new Doc().say("Object: {path}  Type: Directory", "path", path).table("objects", List.of("Address", "Name", "Type"), rows);
        }
        Object found = find.need(words.word(0));
        Doc doc = new Doc().say("Object: {address}  Type: {type}", "address", new Doc.Num(find.addressOf(found), "%x".formatted(find.addressOf(found))), "type", typeOf(found)).say("    {object}", "object", find.ref(found));
        if (found instanceof FileObject file) {
            doc.say("    HandleCount: {handles}  PointerCount: {pointers}", "handles", file.handles, "pointers", file.references);
        } else if (found instanceof DeviceObject device) {
            doc.say("    HandleCount: 0  PointerCount: {pointers}", "pointers", device.opens + 1);
        } else if (found instanceof CompletionPort port) {
            doc.say("    HandleCount: {handles}  Threads: {active} of {concurrency} run", "handles", port.handles(), "active", port.active(), "concurrency", port.concurrency());
            doc.say("    Waiting: {waiting}", "waiting", port.waiting().isEmpty() ? "none" : port.waiting().stream().map(find::ref).toList());
            for (CompletionPort.Packet packet : port.packets()) {
                packets.add(List.of(new Doc.Num(packet.key(), "0x%X".formatted(packet.key())), find.place(packet.context()), session.live().machine().statuses.name(packet.status()), packet.information()));
            }
            return packets.isEmpty() ? doc.say("    no packet is queued", "packets", List.of()) : doc.table("packets", List.of("    Key", "OVERLAPPED", "Status", "Information"), packets);
        }
        return doc;
    }

    private static Object nameIn(Find find, String key, Object value) {
        String last = key.substring(key.lastIndexOf('\\') + 1);
        return switch (value) {
            case Namespace.SymbolicLink link -> link.name().substring(link.name().lastIndexOf('\\') + 1) + " → " + link.target();
            case DeviceObject d -> new Doc.Ref(d.name.substring(d.name.lastIndexOf('\\') + 1), d.address(), "!devobj " + d.name);
            case DriverObject d -> new Doc.Ref(d.name(), d.address(), "!drvobj " + d.name());
            default -> last;
        };
    }

    private static String typeOf(Object value) {
        return switch (value) {
            case DeviceObject _ -> "Device";
            case DriverObject _ -> "Driver";
            case Namespace.SymbolicLink _ -> "SymbolicLink";
            case FileObject _ -> "File";
            case wdfs.win32.Process _ -> "Process";
            case wdfs.machine.SimThread _ -> "Thread";
            case wdfs.kernel.EventObject _ -> "Event";
            case CompletionPort _ -> "IoCompletion";
            case wdfs.kernel.FileSystem.Opening _ -> "File";
            case Irp _ -> "Irp (no object of the object manager)";
            default -> value.getClass().getSimpleName().contains("Thread") ? "Thread" : value.getClass().getSimpleName();
        };
    }

    private static Doc fileobj(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        Object found = find.need(words.word(0));
        FileObject file = found instanceof FileObject f ? f : found instanceof Irp irp ? irp.file
                : found instanceof wdfs.machine.Region r ? IoManager.of(session.live().machine()).file(r.base) : null;
        if (file == null) {
            throw new Command.Stop("`%s` is no file object; it is %s", words.word(0), find.what(found));
        }
        Doc doc = new Doc().say("{name}", "name", file.name.isEmpty() ? "(the device itself)" : file.name).say("Device Object: {device}  {driver}", "device", find.ref(file.device), "driver", find.ref(file.device.driver))
                .say("{mode}", "mode", file.synchronous ? "Flags: FO_SYNCHRONOUS_IO" : "Flags: overlapped")
                .say("Handles: {handles}  References: {references}  {state}", "handles", file.handles, "references", file.references, "state", file.cleanedUp ? "cleaned up" : "open");
        return file.completion.port() == null ? doc : doc.say("Completion port: {port}  Key: {key}", "port", find.ref(file.completion.port()), "key",
                new Doc.Num(file.completion.key(), "0x%X".formatted(file.completion.key())));
    }

    private static Doc mdl(Session session, Words words) throws Command.Stop {
        Find find = new Find(session);
        Object found = find.need(words.need(0, "an MDL, or a request that has one"));
        Irp irp = find.irpOf(found);
        Mdl mdl = found instanceof Mdl m ? m : irp != null ? Mdl.at(session.live().machine(), irp.mdlAddress()) : found instanceof Long at ? Mdl.at(session.live().machine(), at) : null;
        if (mdl == null) {
            throw new Command.Stop("`%s` has no MDL", words.word(0));
        }
        long at = mdl.address;
        var live = session.live();
        Doc doc = new Doc().say("MDL {mdl} at {address}, size {size}, flags {flags}", "mdl", mdl.label(), "address", new Doc.Num(at, "%x".formatted(at)), "size", Bytes.number(live, at + 8, 2), "flags",
                new Doc.Num(mdl.flags(), flags(mdl.flags(), 0x1, "MDL_MAPPED_TO_SYSTEM_VA", 0x2, "MDL_PAGES_LOCKED", 0x4, "MDL_SOURCE_IS_NONPAGED_POOL", 0x10, "MDL_PARTIAL", 0x80, "MDL_WRITE_OPERATION")));
        doc.say("  Process {process}  MappedSystemVa {mapped}", "process", mdl.process().isEmpty() ? "-" : mdl.process(), "mapped", find.place(Bytes.number(live, at + 0x18, 8)));
        doc.say("  StartVa {start}  ByteCount {count}  ByteOffset {offset}", "start", new Doc.Num(Bytes.number(live, at + 0x20, 8), "%x".formatted(Bytes.number(live, at + 0x20, 8))), "count", mdl.byteCount(),
                "offset", new Doc.Num(Bytes.number(live, at + 0x2C, 4), "0x%x".formatted(Bytes.number(live, at + 0x2C, 4))));
        List<Object> pages = new ArrayList<>();
        for (int i = 0; i < mdl.pageCount() && i < 64 && mdl.isLocked(); i++) {
            pages.add(new Doc.Num(mdl.frame(i), "%x".formatted(mdl.frame(i))));
        }
        doc.say("  Pages ({pageCount}): {pages}", "pageCount", mdl.pageCount(), "pages", pages.isEmpty() ? "not locked" : pages);
        if (mdl.subject instanceof Irp owner) {
            doc.say("  belongs to {irp}", "irp", find.ref(owner));
        }
        return doc;
    }
}
