package wdfs.host;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import wdfs.io.DriverObject;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.KernelSend;
import wdfs.kernel.Waits;
import wdfs.machine.Heap;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.ImageLayout;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.MachineStop;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptException;
import wdfs.wdf.FxDriver;

/// A driver host process: an address space of its own with the UMDF drivers of one or several devices, and the threads that
/// serve them (UMDF §1, §10). What would be a bug check in the kernel ends the host, not the machine.
final class DriverHost extends wdfs.win32.Process {
    /// STATUS_DRIVER_PROCESS_TERMINATED.
    static final int TERMINATED = 0xC0000450;
    /// UMDF-177: how long a request of PnP, cancellation or cleanup may take.
    static final long CRITICAL_NANOS = 60_000_000_000L;

    private final DriverHosts hosts;
    /// Several devices may live here (UMDF-008).
    final boolean pooled;
    private final List<LoadedImage> images = new ArrayList<>();
    private final List<DriverObject> drivers = new ArrayList<>();
    final List<ReflectedStack> stacks = new ArrayList<>();
    private final Deque<HostCall> waiting = new ArrayDeque<>();
    private final List<HostCall> running = new ArrayList<>();
    private final Deque<HostThread> idle = new ArrayDeque<>();
    private final List<HostThread> threads = new ArrayList<>();
    private boolean terminated;

    private static final long FIRST_ADDRESS = 0x0000_0100_0000_0000L;
    private static final long SPAN = 0x10_0000_0000L;

    /// @param number of the host in this run, from 1: no address of one means anything in another, or in an application
    DriverHost(DriverHosts hosts, Machine machine, String name, int number, boolean pooled) {
        super(machine, name, null, machine.memory.newSpace(name, FIRST_ADDRESS + number * SPAN), 400 + 4 * number, FIRST_ADDRESS + number * SPAN + SPAN / 2);
        this.hosts = hosts;
        this.pooled = pooled;
    }

    boolean isTerminated() {
        return terminated;
    }

    // ---- code ------------------------------------------------------------------------------------------------------------------------

    @Override
    public LoadedImage imageAt(long address) {
        for (LoadedImage image : images) {
            if (image.contains(address)) {
                return image;
            }
        }
        return null;
    }

    @Override
    public Heap frameworkHeap() {
        return heap();
    }

    DriverObject driver(String name) {
        for (DriverObject driver : drivers) {
            if (driver.name().equals(name)) {
                return driver;
            }
        }
        return null;
    }

    /// Loads a driver into this host: its own copy of the image, then DriverEntry. @return DriverEntry's status
    int load(Caller thread, CompiledImage code) {
        LoadedImage image = new LoadedImage(code, space());
        image.load(machine);
        images.add(image);
        long dispatch = ImageLayout.USER_NATIVES + 16L * machine.natives.ordinal("FxDispatch");
        DriverObject driver = IoManager.of(machine).newHostedDriver(image, dispatch);
        drivers.add(driver);
        Region object = machine.need(heap(), DriverObject.SIZE, "DRIVER_OBJECT");
        Region path = machine.need(heap(), 16 + 2L * (driver.name().length() + 1), "RegistryPath");
        LoadedImage before = thread.image;
        thread.image = image;
        try {
            path(path, driver.name());
            int status = (int) code.dispatch(code.info().entryIndex(), thread, new long[] {object.base, path.base});
            if (driver.dispatcher != null) {
                driver.dispatcher.entered(thread, status);
            }
            return status;
        } finally {
            thread.image = before;
            heap().free(object);
            heap().free(path);
        }
    }

    /// A UNICODE_STRING and its characters behind it.
    private void path(Region block, String text) {
        byte[] characters = text.getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
        byte[] string = new byte[16];
        string[0] = (byte) characters.length;
        string[1] = (byte) (characters.length >> 8);
        string[2] = (byte) (characters.length + 2);
        string[3] = (byte) (characters.length + 2 >> 8);
        for (int i = 0; i < 8; i++) {
            string[8 + i] = (byte) (block.base + 16 >>> 8 * i);
        }
        machine.memory.store(space(), block.base, string);
        machine.memory.store(space(), block.base + 16, characters);
    }

    /// The last device is gone: the drivers are unloaded, and the process ends.
    void shutDown(Caller caller) {
        call(caller, "the unload of " + processName() + "'s drivers", null, thread -> {
            for (DriverObject driver : new ArrayList<>(drivers).reversed()) {
                LoadedImage before = thread.image;
                thread.image = driver.image;
                if (driver.framework instanceof FxDriver framework) {
                    framework.unload(thread);
                }
                thread.image = before;
            }
            return 0;
        });
        if (!terminated) {
            checkBalance();
            end();
        }
    }

    /// A request was never completed: its buffers stay.
    boolean keptRequests;

    /// Each completed request has given its buffers back.
    private void checkBalance() {
        for (Region region : space().regions.values()) {
            if (!keptRequests && !region.freed && region.subject instanceof Irp irp) {
                throw new IllegalStateException("request #" + irp.number + " left " + region.label() + " in " + processName());
            }
        }
    }

    /// The threads stop, the memory goes.
    private void end() {
        terminated = true;
        ended = true;
        for (HostThread thread : threads) {
            thread.ending = true;
            thread.wake(0);
        }
        IoManager io = IoManager.of(machine);
        drivers.forEach(io::forget);
        drivers.clear();
        images.clear();
        hosts.gone(this);
        changed();
    }

    @Override
    protected int threadIndex(Caller thread) {
        return threads.indexOf(thread);
    }

    // ---- threads ---------------------------------------------------------------------------------------------------------------------

    /// Begins a piece of work on a thread of the host.
    HostCall post(String what, ReflectedStack stack, ToIntFunction<Caller> work) {
        HostCall call = new HostCall(what, stack, work);
        if (terminated) {
            call.finished(TERMINATED);
            return call;
        }
        waiting.add(call);
        HostThread free = idle.poll();
        if (free != null) {
            free.wake(0);
        } else {
            HostThread thread = new HostThread(this, threads.size() + 1);
            threads.add(thread);
            machine.scheduler.start(thread);
        }
        return call;
    }

    @Override
    public void runLater(String what, Consumer<Caller> work) {
        post(what, null, thread -> {
            work.accept(thread);
            return 0;
        });
    }

    /// Does it on a thread of the host, and waits at most a minute: then the host is ended (UMDF-177). @return its status
    int call(Caller caller, String what, ReflectedStack stack, ToIntFunction<Caller> work) {
        HostCall call = post(what, stack, work);
        if (Waits.wait(caller, List.of(call), false, CRITICAL_NANOS) == Waits.TIMED_OUT) {
            late(caller, what, stack, false);
        }
        return call.status;
    }

    /// What must not take longer than a minute did.
    /// @param echo the request has been told of that nobody completes
    void late(Caller caller, String what, ReflectedStack stack, boolean echo) {
        if (!terminated) {
            terminate(caller, stack, echo, new Report.Builder(Report.Kind.BUGCHECK, "HOST_TIMEOUT", "UMDF-177", what + " took a minute, and the host did not answer").build());
        }
    }

    /// The next piece of work; a thread without any waits here.
    HostCall next(HostThread thread) {
        while (waiting.isEmpty()) {
            idle.add(thread);
            thread.waitFor(HostThread.WORK);
        }
        HostCall call = waiting.poll();
        thread.doing = call;
        running.removeIf(HostCall::isSignaled);
        running.add(call);
        return call;
    }

    // ---- the end by a mistake ----------------------------------------------------------------------------------------------------------

    @Override
    public void endInstead(Report report) {
        if (terminated) {
            throw new MachineStop("the host has ended");
        }
        Caller caller = (Caller) machine.scheduler.running();
        terminate(caller, caller instanceof HostThread thread && thread.doing != null ? thread.doing.stack : null, false, report);
        throw new MachineStop(report.name());
    }

    @Override
    protected void unhandled(Caller thread, ScriptException e) {
        String what = machine.statuses.name(e.code());
        endInstead(new Report.Builder(Report.Kind.BUGCHECK, what, "UMDF-170", "the exception was not handled" + where(e)).code(e.code() & 0xFFFF_FFFFL, e.information(), e.address())
                .stack(thread.raisedAt, "thread " + thread.threadName()).build());
    }

    @Override
    protected void end(Caller caller, int code) {}

    /// UMDF-170, UMDF-171: the process ends; the reflector completes what it had.
    /// @param failing the device whose drivers were at work; null if that is not known
    private void terminate(Caller caller, ReflectedStack failing, boolean echo, Report report) {
        Irp at = caller instanceof HostThread thread && thread.doing != null ? thread.doing.subject : null;
        List<String> facts = new ArrayList<>();
        facts.add("  %-10s %s, %s; the machine goes on".formatted("host", processName(), pooled ? "shared by " + Report.count(stacks.size(), "device") : "of one device"));
        for (ReflectedStack stack : stacks) {
            List<String> requests = stack.outstanding().stream().map(r -> "#" + r).toList();
            facts.add("  %-10s %s goes offline%s".formatted("device", stack.node().name, requests.isEmpty() ? "" : "; %s with STATUS_DRIVER_PROCESS_TERMINATED: %s"
                    .formatted(requests.size() == 1 ? "its request ends" : "its requests end", String.join(" ", requests))));
        }
        machine.hostTerminated(report.asHostKill(facts, at), echo);
        List<HostCall> lost = new ArrayList<>(waiting);
        lost.addAll(running);
        waiting.clear();
        running.clear();
        List<ReflectedStack> served = List.copyOf(stacks);
        for (DriverObject driver : drivers) {
            if (driver.framework instanceof FxDriver framework) {
                framework.lost();
            }
        }
        boolean user = !caller.inKernel();
        if (user) {
            caller.enterKernel();
        }
        try {
            terminated = true;
            for (Irp irp : IoManager.of(machine).pending()) {
                if (irp.requestor instanceof KernelSend send && irp.driverOwned && send.isOfHost(this)) {
                    send.abandon(caller);
                }
            }
            for (ReflectedStack stack : served) {
                stack.hostLost(caller, stack == failing);
            }
            end();
            lost.forEach(call -> call.finished(TERMINATED));
        } finally {
            if (user) {
                caller.leaveKernel();
            }
        }
    }
}
