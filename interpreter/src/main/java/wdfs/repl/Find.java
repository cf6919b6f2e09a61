package wdfs.repl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import wdfs.engine.Live;
import wdfs.host.DriverHosts;
import wdfs.io.DeviceObject;
import wdfs.io.Devnode;
import wdfs.io.DriverObject;
import wdfs.io.FileObject;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.PnpManager;
import wdfs.kernel.CompletionPort;
import wdfs.kernel.KernelObjects;
import wdfs.kernel.Mdl;
import wdfs.kernel.Namespace;
import wdfs.kernel.Waitable;
import wdfs.machine.Region;
import wdfs.machine.SimThread;
import wdfs.runtime.Caller;
import wdfs.runtime.IoResult;
import wdfs.runtime.Value;
import wdfs.wdf.FxDevice;
import wdfs.wdf.FxDriver;
import wdfs.wdf.FxMemory;
import wdfs.wdf.FxObject;
import wdfs.wdf.FxQueue;
import wdfs.wdf.FxRequest;
import wdfs.wdf.FxView;
import wdfs.win32.Process;
import wdfs.win32.Processes;

/// What an argument of a command names: `#3`, `SystemBuffer#3`, `WDFREQUEST#2`, a device, driver, queue, process or thread by
/// its name, a variable, `_`, `@last`, an address. And the other way: an object's name and the command that shows it.
final class Find {
    private final Session session;
    private final Live live;

    Find(Session session) {
        this.session = session;
        this.live = session.live();
    }

    private IoManager io() {
        return IoManager.of(live.machine());
    }

    /// The object, or an address as a `Long`; empty if the word names nothing.
    Optional<Object> any(String word) {
        if (word.equals("@last")) {
            List<Irp> recent = io().recent();
            return recent.isEmpty() ? Optional.empty() : Optional.of(recent.getLast());
        }
        if (word.equals("_") && session.lastValue() != null) {
            return Optional.of(switch (session.lastValue()) {
                case Value v -> of(v.bits());
                case IoResult _ -> io().recent().isEmpty() ? 0L : io().recent().getLast();
                default -> 0L;
            });
        }
        if (word.matches("#\\d{1,9}")) {
            return irp(Integer.parseInt(word.substring(1)));
        }
        if (word.startsWith("&")) {
            return live.checker().variable(word.substring(1)).filter(v -> v.cell() == 0).map(live::address);
        }
        Optional<Object> named = named(word);
        if (named.isPresent()) {
            return named;
        }
        Optional<Long> bits = session.bitsOf(word);
        if (bits.isPresent()) {
            return Optional.of(of(bits.get()));
        }
        return address(word).map(this::of);
    }

    private Optional<Object> irp(int number) {
        for (Irp irp : io().recent().reversed()) {
            if (irp.number == number) {
                return Optional.of(irp);
            }
        }
        return io().pending().stream().filter(irp -> irp.number == number).map(Object.class::cast).findFirst();
    }

    /// A number as debuggers take it: hexadecimal, `0x` or not, with `` ` `` between its halves; decimal behind `0n`. A place:
    /// `SystemBuffer#3+0x10`.
    Optional<Long> address(String word) {
        String plain = word.replace("`", "");
        try {
            if (plain.matches("0[nN]\\d{1,19}")) {
                return Optional.of(Long.parseUnsignedLong(plain.substring(2)));
            }
            if (plain.matches("(0[xX])?[0-9A-Fa-f]{1,16}")) {
                return Optional.of(Long.parseUnsignedLong(plain.replaceFirst("^0[xX]", ""), 16));
            }
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
        int plus = Math.max(word.lastIndexOf('+'), word.lastIndexOf('-'));
        if (plus > 0) {
            Optional<Long> base = addressOf(word.substring(0, plus));
            Optional<Long> offset = address(word.substring(plus + 1));
            if (base.isPresent() && offset.isPresent()) {
                return Optional.of(word.charAt(plus) == '+' ? base.get() + offset.get() : base.get() - offset.get());
            }
        }
        return Optional.empty();
    }

    /// Where the object that a word names lies.
    Optional<Long> addressOf(String word) {
        return any(word).map(this::addressOf);
    }

    long addressOf(Object object) {
        return switch (object) {
            case Long address -> address;
            case Irp irp -> irp.address;
            case DeviceObject device -> device.address();
            case DriverObject driver -> driver.address();
            case FileObject file -> file.address();
            case Mdl mdl -> mdl.address;
            case Region region -> region.base;
            case CompletionPort port -> port.address();
            case FxMemory memory -> FxView.memory(memory).address();
            case FxObject fx -> fx.handle;
            default -> 0L;
        };
    }

    /// The object that a value leads to, or the value.
    Object of(long bits) {
        if (live.machine().handles.object(bits) instanceof FxObject fx) {
            return fx;
        }
        Object found = io().irp(bits);
        found = found != null ? found : io().device(bits);
        found = found != null ? found : io().driver(bits);
        found = found != null ? found : io().file(bits);
        found = found != null ? found : Mdl.at(live.machine(), bits);
        found = found != null ? found : KernelObjects.of(live.machine()).object(bits);
        if (found != null) {
            return found;
        }
        Process.Handle handle = live.process().handle(bits);
        return handle != null ? handle.object() : (Object) bits;
    }

    private Optional<Object> named(String word) {
        for (FxObject fx : live.machine().handles.live(FxObject.class)) {
            if (fx.label().equals(word) || fx instanceof FxQueue q && FxView.queue(q).shown().equals(word)) {
                return Optional.of(fx);
            }
        }
        for (Irp irp : io().recent().reversed()) {
            if (("IRP#" + irp.number).equalsIgnoreCase(word) || ("WDFREQUEST#" + irp.number).equals(word)) {
                return Optional.of(irp);
            }
        }
        for (Mdl mdl : Mdl.live(live.machine())) {
            if (mdl.label().equals(word)) {
                return Optional.of(mdl);
            }
        }
        if (word.startsWith("IoCompletion#")) {
            return processes().stream().flatMap(process -> process.handles().values().stream()).map(Process.Handle::object)
                    .filter(object -> object instanceof CompletionPort port && port.name().equals(word)).findFirst();
        }
        if (word.contains("#")) {
            Optional<Object> region = regions().stream().filter(r -> r.label().equals(word)).map(r -> of(r.base) instanceof Long ? r : of(r.base)).findFirst();
            if (region.isPresent()) {
                return region;
            }
        }
        if (word.startsWith("\\")) {
            String name = word.replaceFirst("^\\\\\\\\[.?]\\\\", "\\\\??\\\\").replace("\\\\", "\\");
            Namespace.Found found = Namespace.of(live.machine()).resolve(name);
            if (found != null) {
                return Optional.of(found.object());
            }
        }
        for (DriverObject driver : io().drivers()) {
            if (driver.name().equalsIgnoreCase(word)) {
                return Optional.of(driver);
            }
        }
        for (Devnode node : PnpManager.of(live.machine()).nodes()) {
            if (node.name.equals(word)) {
                return Optional.of(node);
            }
        }
        for (Process process : processes()) {
            if (process.processName().equals(word) || word.matches("\\d{4,6}") && Long.toString(process.id).equals(word)) {
                return Optional.of(process);
            }
        }
        for (SimThread thread : live.machine().scheduler.alive()) {
            if (thread.threadName().equals(word)) {
                return Optional.of(thread);
            }
        }
        Namespace.Found device = word.matches("[A-Za-z_]\\w*") ? Namespace.of(live.machine()).resolve("\\Device\\" + word) : null;
        return device == null ? Optional.empty() : Optional.of(device.object());
    }

    /// The applications' processes, and the hosts of UMDF drivers.
    List<Process> processes() {
        List<Process> all = new ArrayList<>(Processes.of(live.machine()).all());
        all.addAll(DriverHosts.of(live.machine()).processes());
        return all;
    }

    /// Every block and mapping of memory that has a name, those of the session's process first.
    List<Region> regions() {
        TreeMap<Long, Region> all = new TreeMap<>();
        live.machine().memory.eachKernelRegion(region -> all.put(region.base, region));
        List<Region> list = new ArrayList<>(Bytes.space(live).regions.values());
        list.addAll(all.values());
        return list;
    }

    // ---- what a command wants ------------------------------------------------------------------------------------------------------

    Object need(String word) throws Command.Stop {
        if (word.isEmpty()) {
            throw new Command.Stop("it wants the name of an object");
        }
        Optional<Object> found = any(word);
        if (found.isEmpty()) {
            throw new Command.Stop("nothing is named `%s`", word);
        }
        return found.get();
    }

    long needAddress(String word) throws Command.Stop {
        if (word.isEmpty()) {
            throw new Command.Stop("it wants an address or the name of something in memory");
        }
        Optional<Long> address = live.checker().variable(word).filter(v -> v.cell() == 0 && (v.type() instanceof wdfs.types.Type.Array || v.type() instanceof wdfs.types.Type.Struct))
                .map(live::address);
        Optional<Long> found = address.isPresent() ? address : addressOf(word);
        if (found.isEmpty()) {
            throw new Command.Stop("nothing is named `%s`, and it is no address", word);
        }
        return found.get();
    }

    Irp needIrp(String word) throws Command.Stop {
        Object found = word.isEmpty() ? any("@last").orElseThrow(() -> new Command.Stop("there has been no request yet")) : need(word);
        Irp irp = irpOf(found);
        if (irp == null) {
            throw new Command.Stop("`%s` is no request; it is %s", word, what(found));
        }
        return irp;
    }

    Irp irpOf(Object found) {
        return switch (found) {
            case Irp i -> i;
            case FxRequest r -> r.irp;
            case FxMemory m when FxView.memory(m).request() != null -> FxView.memory(m).request().irp;
            case Mdl m when m.subject instanceof Irp i -> i;
            case Region r when r.subject instanceof Irp i -> i;
            default -> null;
        };
    }

    DeviceObject needDevice(String word) throws Command.Stop {
        Object found = need(word);
        DeviceObject device = switch (found) {
            case DeviceObject d -> d;
            case FxDevice d -> d.device;
            case FileObject f -> f.device;
            case DriverObject d when !d.devices.isEmpty() -> d.devices.getLast();
            case FxDriver d when !d.driver.devices.isEmpty() -> d.driver.devices.getLast();
            case FxQueue q -> FxView.queue(q).device().device;
            case Devnode n when n.physical() != null -> n.physical();
            case Irp i when i.file != null -> i.file.device;
            default -> null;
        };
        if (device == null) {
            throw new Command.Stop("`%s` is no device; it is %s", word, what(found));
        }
        return device;
    }

    FxDevice needFxDevice(String word) throws Command.Stop {
        List<FxDevice> all = FxView.devices(live.machine());
        if (word.isEmpty()) {
            if (all.isEmpty()) {
                throw new Command.Stop("there is no device of the framework; .load a script with a driver");
            }
            return all.getFirst();
        }
        DeviceObject device = needDevice(word);
        for (DeviceObject each = device; each != null; each = each.attached) {
            if (each.framework instanceof FxDevice fx) {
                return fx;
            }
        }
        throw new Command.Stop("`%s` is no device of a framework driver", word);
    }

    DriverObject needDriver(String word) throws Command.Stop {
        Object found = need(word.replaceFirst("(?i)^\\\\driver\\\\", ""));
        DriverObject driver = switch (found) {
            case DriverObject d -> d;
            case FxDriver d -> d.driver;
            case DeviceObject d -> d.driver;
            case FxDevice d -> d.device.driver;
            default -> null;
        };
        if (driver == null) {
            throw new Command.Stop("`%s` is no driver; it is %s", word, what(found));
        }
        return driver;
    }

    <T extends FxObject> T needFx(String word, Class<T> kind, String name) throws Command.Stop {
        if (word.isEmpty()) {
            List<T> all = live.machine().handles.live(kind);
            if (all.isEmpty()) {
                throw new Command.Stop("there is no %s now", name);
            }
            return all.getLast();
        }
        Object found = need(word);
        if (kind == FxRequest.class && found instanceof Irp irp && irp.framework instanceof FxRequest r && !irp.isCompleted()) {
            found = r;
        }
        if (kind.isInstance(found)) {
            return kind.cast(found);
        }
        if (found instanceof Irp irp && kind == FxRequest.class) {
            throw new Command.Stop("request #%d has no %s: it is %s", irp.number, name, irp.isCompleted() ? "completed (!irp #" + irp.number + " tells its story)" : "not one of the framework's");
        }
        throw new Command.Stop("`%s` is no %s; it is %s", word, name, what(found));
    }

    // ---- names ---------------------------------------------------------------------------------------------------------------------

    String what(Object object) {
        return switch (object) {
            case Long address -> live.machine().handles.isStale(address) ? "a handle whose object is gone: " + live.machine().handles.label(address) : "the number 0x%X".formatted(address);
            case Irp irp -> "request #" + irp.number;
            case DeviceObject device -> "device " + device.label();
            case DriverObject driver -> "driver " + driver.name();
            case FileObject file -> "a file object";
            case Mdl mdl -> mdl.label();
            case Devnode node -> "devnode " + node.name;
            case Region region -> "memory " + region.label();
            case Process process -> "process " + process.processName();
            case Caller thread -> "thread " + thread.threadName();
            case FxObject fx -> fx.label();
            case Namespace.SymbolicLink link -> "a symbolic link to " + link.target();
            case CompletionPort port -> "completion port " + port.name();
            case Waitable waited -> waited.waitName();
            default -> "something else";
        };
    }

    /// The object's name and the command that shows it.
    Object ref(Object object) {
        return switch (object) {
            case null -> "-";
            case Irp irp -> new Doc.Ref("IRP#" + irp.number, irp.address, "!irp #" + irp.number);
            case DeviceObject device -> new Doc.Ref(nameOf(device), device.address(), "!devobj " + nameOf(device));
            case DriverObject driver -> new Doc.Ref("\\Driver\\" + driver.name(), driver.address(), "!drvobj " + driver.name());
            case FileObject file -> new Doc.Ref(file.block.label(), file.address(), "!fileobj " + file.block.label());
            case Mdl mdl -> new Doc.Ref(mdl.label(), mdl.address, "!mdl " + mdl.label());
            case Devnode node -> new Doc.Ref(node.name, 0, "!devnode " + node.name);
            case Region region -> new Doc.Ref(region.label(), region.base, "!pool " + region.label());
            case Process process -> new Doc.Ref(process.processName(), process.id, "!process " + process.processName());
            case SimThread thread -> new Doc.Ref(thread.threadName(), 0, "!thread " + thread.threadName());
            case FxQueue q -> new Doc.Ref(FxView.queue(q).shown().equals("Default") ? "Default (" + q.label() + ")" : q.label(), q.handle, "!wdfqueue " + q.label());
            case FxRequest r -> new Doc.Ref(r.label(), r.handle, "!wdfrequest " + r.label());
            case FxMemory m -> new Doc.Ref(m.label(), m.handle, "!wdfmemory " + m.label());
            case FxDevice d -> new Doc.Ref(d.label(), d.handle, "!wdfdevice " + d.label());
            case FxDriver d -> new Doc.Ref(d.label(), d.handle, "!wdfdriverinfo " + d.driver.name());
            case FxObject fx when fx.type.equals("WDFIOTARGET") -> new Doc.Ref(fx.label(), fx.handle, "!wdfiotarget " + fx.label());
            case FxObject fx -> new Doc.Ref(fx.label(), fx.handle, "!wdfhandle " + fx.label());
            case CompletionPort port -> new Doc.Ref(port.name(), port.address(), "!object " + port.name());
            case Waitable waited -> waited.waitName();
            default -> object.toString();
        };
    }

    String nameOf(DeviceObject device) {
        if (!device.name.isEmpty()) {
            return device.name;
        }
        if (!device.pnpName.isEmpty()) {
            return device.pnpName;
        }
        Region region = live.machine().memory.regionAt(null, device.address());
        return region == null ? "0x%X".formatted(device.address()) : region.label();
    }

    /// An address as the place that it is, with the command for what lies there.
    Object place(long address) {
        if (address == 0) {
            return new Doc.Num(0, "NULL");
        }
        Object object = of(address);
        if (!(object instanceof Long)) {
            return ref(object);
        }
        Region region = live.machine().memory.regionAt(address < 0 ? null : Bytes.space(live), address);
        return region == null ? new Doc.Num(address, Bytes.place(live, address)) : new Doc.Ref(Bytes.place(live, address), address, "db " + Bytes.place(live, address));
    }

    /// `EvtIoRead` for the address of a driver's function.
    Object routine(long address) {
        if (address == 0) {
            return "-";
        }
        for (DriverObject driver : io().drivers()) {
            if (driver.image != null && driver.image.contains(address)) {
                int index = driver.image.functionAt(address);
                if (index >= 0) {
                    return new Doc.Num(address, driver.name() + "!" + wdfs.runtime.ScriptStack.shown(driver.image.info().functionNames().get(index)));
                }
            }
        }
        var method = address < 0 ? (address - wdfs.runtime.ImageLayout.KERNEL_NATIVES) / 16 : -1;
        if (method >= 0 && method < 100_000) {
            var found = live.machine().natives.at((int) method);
            if (found != null) {
                return new Doc.Num(address, (found.getName().startsWith("Fx") ? "Wdf01000!" : "nt!") + found.getName());
            }
        }
        return new Doc.Num(address, "0x%X".formatted(address));
    }

    Map<Long, Process.Handle> handles(Process process) {
        return process.handles();
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
