package wdfs.win32;

import java.util.List;
import wdfs.diagnostics.Suggestions;
import wdfs.hardware.SystemBus;
import wdfs.io.DeviceInterfaces;
import wdfs.io.FileObject;
import wdfs.io.Guids;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.PnpManager;
import wdfs.io.PowerManager;
import wdfs.io.Transfers;
import wdfs.kernel.DmaMappings;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.machine.Shadow;
import wdfs.runtime.Caller;
import wdfs.runtime.InjectionPoints;
import wdfs.runtime.IoResult;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptRuntime;
import wdfs.runtime.ScriptStack;
import wdfs.runtime.Value;

/// The short helpers of scripts: what the Win32 calls do, in one line and with one result. Their buffers lie in the
/// process's memory as any application's do.
public final class ScriptApi {
    private ScriptApi() {}

    @Native
    public static long open(Caller caller, String path, int access, int overlapped) {
        return Win32Api.create(caller, path, access, overlapped != 0 ? 0x4000_0000 : 0);
    }

    @Native
    public static int close(Caller caller, long handle) {
        return HandleApi.CloseHandle(caller, handle);
    }

    /// A buffer of a helper: memory of its own, or the script's array.
    private static final class Buffer {
        final Process process;
        Region block;
        long address;
        long length;
        boolean own;

        Buffer(Process process) {
            this.process = process;
        }

        /// For data that goes to the driver.
        static Buffer of(Caller caller, Object data, String name) {
            Buffer buffer = new Buffer(NtApi.process(caller));
            if (data instanceof Value v && (v.kind().startsWith("array:") || v.kind().startsWith("struct:"))) {
                buffer.address = v.bits();
                buffer.length = ScriptRuntime.sizeOf(v);
                buffer.own = true;
                return buffer;
            }
            byte[] bytes = ScriptRuntime.bytesOf(caller, data);
            buffer.allocate(bytes.length, name);
            if (bytes.length > 0) {
                caller.machine.memory.store(buffer.process.space(), buffer.address, bytes);
            }
            return buffer;
        }

        /// For data that comes back: a size, or an array that keeps what the system does not write.
        static Buffer out(Caller caller, Object out) {
            Buffer buffer = new Buffer(NtApi.process(caller));
            if (out instanceof Value v && (v.kind().startsWith("array:") || v.kind().startsWith("struct:"))) {
                buffer.address = v.bits();
                buffer.length = ScriptRuntime.sizeOf(v);
                buffer.own = true;
            } else if (out instanceof Value v) {
                buffer.allocate(v.bits() & 0xFFFF_FFFFL, "OutputBuffer");
            }
            return buffer;
        }

        private void allocate(long size, String name) {
            length = size;
            if (size > 0) {
                block = process.machine.need(process.heap, size, name);
                address = block.base;
            }
        }

        void free() {
            if (block != null) {
                process.heap.free(block);
            }
        }
    }

    /// A helper's request that has not come back.
    private static final class Pending {
        Buffer in;
        Buffer out;
        Region overlapped;
        FileObject file;
        int major;
    }

    private static IoResult transfer(Caller caller, long handle, int major, int code, Buffer in, Buffer out, boolean async) {
        Process process = NtApi.process(caller);
        Process.Handle entry = process.handle(handle);
        FileObject file = entry != null && entry.object() instanceof FileObject f ? f : null;
        boolean overlapped = file != null && !file.synchronous;
        Region block = overlapped ? process.heap.allocate(32, "OVERLAPPED", true) : null;
        if (block != null) {
            caller.memory.store64(block.base, NtApi.STATUS_PENDING);  // as ReadFile and its like do; a wait looks at it
        }
        Transfers.Outcome outcome = NtApi.transfer(caller, handle, 0, false, new Transfers.Request(major, code, in.address, in.length, out.address, out.length,
                block == null ? 0 : block.base, null, 0));
        Pending pending = new Pending();
        pending.in = in;
        pending.out = out;
        pending.overlapped = block;
        pending.file = file;
        pending.major = major;
        if (Win32ApiTracing.on(caller)) {
            Win32Api.trace(caller, (major == Transfers.READ ? "read" : major == Transfers.WRITE ? "write" : "ioctl") + " → " + caller.machine.statuses.name(outcome.status) + ", " + outcome.information
                    + (outcome.information == 1 ? " byte" : " bytes"));
        }
        if (outcome.status == NtApi.STATUS_PENDING && overlapped) {
            IoResult result = IoResult.of(NtApi.STATUS_PENDING, 997, 0, new byte[0]);
            result.pending = pending;
            return async ? result : finish(caller, result);
        }
        return result(caller, pending, outcome.status, outcome.information);
    }

    private static IoResult result(Caller caller, Pending pending, int status, long information) {
        Buffer out = pending.out;
        boolean error = status >>> 30 == 3;
        long reported = error ? 0 : information;
        long count = error ? 0 : Math.min(Math.max(0, information), out.length);
        byte[] data = new byte[(int) (pending.major == Transfers.WRITE ? 0 : count)];
        boolean[] unknown = null;
        Memory memory = caller.machine.memory;
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) memory.peek(pending.out.process.space(), out.address + i);
            if ((memory.shadowAt(pending.out.process.space(), out.address + i) & Shadow.UNWRITTEN) != 0) {
                unknown = unknown == null ? new boolean[data.length] : unknown;
                unknown[i] = true;
            }
        }
        pending.in.free();
        out.free();
        if (pending.overlapped != null) {
            NtApi.process(caller).heap.free(pending.overlapped);
        }
        int win32 = status >= 0 ? 0 : Win32Api.error(caller, status);
        if (win32 != 0) {
            caller.lastError = win32;
        }
        IoResult result = IoResult.of(status, win32, reported, data);
        result.unknown = unknown;
        return result;
    }

    private static IoResult finish(Caller caller, IoResult result) {
        if (!(result.pending instanceof Pending pending)) {
            return result;
        }
        long at = pending.overlapped.base;
        while ((int) caller.memory.load64(at) == NtApi.STATUS_PENDING && isUnderWay(caller, at)) {
            Irp irp = find(caller, at);
            caller.machine.scheduler.after(0, () -> { });
            if (irp == null) {
                break;
            }
            wdfs.kernel.Waits.wait(caller, java.util.List.of(pending.file), false, wdfs.kernel.Waits.FOREVER);
            if (isUnderWay(caller, at)) {
                pending.file.rearm();
            }
        }
        IoResult done = result(caller, pending, (int) caller.memory.load64(at), caller.memory.load64(at + 8));
        result.status = done.status;
        result.error = done.error;
        result.information = done.information;
        result.data = done.data;
        result.unknown = done.unknown;
        result.pending = null;
        return result;
    }

    private static Irp find(Caller caller, long iosb) {
        for (Irp irp : IoManager.of(caller).pending(iosb)) {
            if (irp.requestor != null && irp.requestor.thread() != null && irp.requestor.thread().process == caller.process) {
                return irp;
            }
        }
        return null;
    }

    private static boolean isUnderWay(Caller caller, long iosb) {
        return find(caller, iosb) != null;
    }

    @Native
    public static IoResult ioctl(Caller caller, long handle, int code, Object data, Object out, int async) {
        return transfer(caller, handle, Transfers.DEVICE_CONTROL, code, Buffer.of(caller, data, "InputBuffer"), Buffer.out(caller, out), async != 0);
    }

    @Native
    public static IoResult read(Caller caller, long handle, Object out, int async) {
        Buffer none = new Buffer(NtApi.process(caller));
        return transfer(caller, handle, Transfers.READ, 0, none, Buffer.out(caller, out), async != 0);
    }

    @Native
    public static IoResult write(Caller caller, long handle, Object data, int async) {
        Buffer none = new Buffer(NtApi.process(caller));
        return transfer(caller, handle, Transfers.WRITE, 0, Buffer.of(caller, data, "InputBuffer"), none, async != 0);
    }

    @Native
    public static IoResult wait(Caller caller, IoResult result) {
        return finish(caller, result);
    }

    @Native
    public static int cancel(Caller caller, IoResult result) {
        if (!(result.pending instanceof Pending pending)) {
            return 0;
        }
        return NtApi.inKernel(caller, () -> {
            Irp irp = find(caller, pending.overlapped.base);
            return irp != null && IoManager.of(caller).cancel(caller, irp) ? 1 : 0;
        });
    }

    @Native
    public static void sleep(Caller caller, long nanos) {
        caller.sleepNanos(nanos);
    }

    private static final java.util.Set<String> CHOICES = java.util.Set.of("thread", "dpc", "preempt", "isr", "slow file");

    @Native
    public static void choose(Caller caller, String kind, int way, int times) {
        if (!CHOICES.contains(kind)) {
            throw caller.raise(0xC000000D, 0, 0);                      // STATUS_INVALID_PARAMETER
        }
        caller.machine.choices.settle(kind, way & 0xFFFF, Math.clamp(times, 0, 10_000));
    }

    /// The point is one of {@link InjectionPoints} or a place of a devnode's hardware.
    @Native
    public static void inject(Caller caller, String point, int count) {
        java.util.Set<String> points = new java.util.LinkedHashSet<>(InjectionPoints.OPERATIONS);
        points.addAll(InjectionPoints.CALLBACKS);
        points.addAll(SystemBus.of(caller.machine).injectionPoints());
        if (!points.contains(point)) {                                // it would never happen, and a test would show nothing
            List<String> near = Suggestions.near(point, points);
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "UnknownPoint", "", "inject: nothing asks for a fault called \"%s\"".formatted(point))
                    .stack(ScriptStack.frames(), "").help(near.isEmpty() ? "a callback of plug and play or power, an operation as in inject(\"pool\"), or a place of a devnode's hardware, as in inject(\"ones Node.STATUS\")"
                            : "did you mean " + String.join(" or ", near) + "?").build(), ScriptStack.site());
            return;
        }
        caller.machine.inject(point, Integer.toUnsignedLong(count));
    }

    @Native
    public static int load(Caller caller, String driver) {
        return caller.machine.part(Drivers.class, Drivers::new).loadFrom(caller, driver);
    }

    @Native
    public static int unload(Caller caller, String driver) {
        return caller.machine.part(Drivers.class, Drivers::new).unloadFrom(caller, driver);
    }

    private static Drivers drivers(Caller caller) {
        return caller.machine.part(Drivers.class, Drivers::new);
    }

    @Native
    public static int plug(Caller caller, String devnode) {
        return drivers(caller).withDevnode(caller, devnode, PnpManager.of(caller.machine)::plug);
    }

    @Native
    public static int unplug(Caller caller, String devnode) {
        return drivers(caller).withDevnode(caller, devnode, PnpManager.of(caller.machine)::unplug);
    }

    @Native
    public static int remove(Caller caller, String devnode) {
        return drivers(caller).withDevnode(caller, devnode, PnpManager.of(caller.machine)::remove);
    }

    @Native
    public static int rebalance(Caller caller, String devnode) {
        return drivers(caller).withDevnode(caller, devnode, PnpManager.of(caller.machine)::rebalance);
    }

    @Native
    public static int wake(Caller caller, String devnode) {
        return drivers(caller).withDevnode(caller, devnode, PowerManager.of(caller.machine)::signalWake);
    }

    @Native
    public static int power(Caller caller, int state) {
        return drivers(caller).power(caller, state);
    }

    @Native
    public static String device_interface(Caller caller, long guid, int index) {
        List<String> paths = DeviceInterfaces.of(caller.machine).list(Guids.read(caller.memory, guid), true, null);
        return index >= 0 && index < paths.size() ? paths.get(index) : "";
    }

    private static final class Win32ApiTracing {
        static boolean on(Caller caller) {
            return caller.machine.tracing;
        }
    }

    /// The script plays a device.
    private static final String PLAYED = "the script's device";

    @Native
    public static byte[] bus_read(Caller caller, long address, int size) {
        if (size < 0 || size > caller.machine.limits.memoryBytes()) {
            throw caller.machine.limit("memory");
        }
        byte[] bytes = new byte[size];
        DmaMappings.of(caller.machine).read(PLAYED, address, bytes, null);
        return bytes;
    }

    @Native
    public static void bus_write(Caller caller, long address, Object data) {
        DmaMappings.of(caller.machine).write(PLAYED, address, ScriptRuntime.bytesOf(caller, data));
    }
}
