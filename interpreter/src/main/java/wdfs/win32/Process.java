package wdfs.win32;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import wdfs.io.FileObject;
import wdfs.io.Irp;
import wdfs.io.IoManager;
import wdfs.io.Transfers;
import wdfs.kernel.HandleObject;
import wdfs.kernel.Mdl;
import wdfs.kernel.Waitable;
import wdfs.machine.Heap;
import wdfs.machine.Memory;
import wdfs.runtime.Caller;
import wdfs.runtime.Events;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.ProcessContext;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptException;

/// A process: an address space, handles, threads. A host of drivers is one, too.
public class Process extends Waitable implements ProcessContext {
    /// What a handle leads to, with the access that was granted when it was made.
    /// @param flags HANDLE_FLAG_INHERIT 1, HANDLE_FLAG_PROTECT_FROM_CLOSE 2
    public record Handle(Object object, int access, int flags) {}

    public final Machine machine;
    private final String name;
    public final int id;
    private final Memory.Space space;
    private final LoadedImage image;
    final Heap heap;
    private final TreeMap<Long, Handle> handles = new TreeMap<>();
    private long nextHandle = 4;
    /// What SetupDiGetClassDevs gave, by HDEVINFO.
    final java.util.Map<Long, DeviceInfoSet> deviceInfoSets = new TreeMap<>();
    final List<UserThread> threads = new ArrayList<>();
    int threadsEver;
    public boolean ended;
    public int exitCode;

    public Process(Machine machine, String name, LoadedImage image, Memory.Space space, int id) {
        this(machine, name, image, space, id, 0x0000_0002_0000_0000L);
    }

    /// @param heapStart the first address of its heap
    protected Process(Machine machine, String name, LoadedImage image, Memory.Space space, int id, long heapStart) {
        this.machine = machine;
        this.name = name;
        this.id = id;
        this.space = space;
        this.image = image;
        this.heap = new Heap(machine.memory, space, heapStart, false, machine.numbers);
    }

    @Override
    public String processName() {
        return name;
    }

    @Override
    public long processId() {
        return id;
    }

    @Override
    public Memory.Space space() {
        return space;
    }

    @Override
    public LoadedImage image() {
        return image;
    }

    /// An exception that no code of the process handled: it ends with the exception's code.
    protected void unhandled(Caller thread, ScriptException e) {
        String what = machine.statuses.name(e.code());
        Report report = new Report.Builder(Report.Kind.EXCEPTION, what, "", "process " + name + " ends: " + what + " was not handled" + where(e))
                .stack(thread.raisedAt, "thread " + thread.threadName()).build();
        machine.violations++;
        machine.emit(new Events.Reported(report, false));
    }

    /// `: a load from NULL`, for an access violation.
    protected final String where(ScriptException e) {
        return e.code() == Caller.ACCESS_VIOLATION ? ": a %s %s".formatted(e.information() == 1 ? "store to" : e.information() == 8 ? "call to" : "load from",
                machine.memory.place(space, e.address())) : "";
    }

    public final Heap heap() {
        return heap;
    }

    public long open(Object object, int access) {
        return open(object, access, 0);
    }

    long open(Object object, int access, int flags) {
        if (handles.size() >= machine.limits.handles()) {
            throw machine.limit("handles");
        }
        long handle = nextHandle;
        nextHandle += 4;
        handles.put(handle, new Handle(object, access, flags));
        if (object instanceof FileObject file) {
            file.handles++;
        }
        if (object instanceof HandleObject known) {
            known.handleOpened();
        }
        return handle;
    }

    /// All that are open, by value.
    public java.util.SortedMap<Long, Handle> handles() {
        return java.util.Collections.unmodifiableSortedMap(new TreeMap<>(handles));
    }

    public Handle handle(long value) {
        return handles.get(value);
    }

    void flags(long value, int flags) {
        Handle handle = handles.get(value);
        handles.put(value, new Handle(handle.object, handle.access, flags));
    }

    /// Closes a handle; false if there is none.
    public boolean close(Caller caller, long value) {
        Handle handle = handles.remove(value);
        if (handle == null) {
            return false;
        }
        if (handle.object instanceof FileObject file && --file.handles == 0) {
            Transfers.cleanup(caller, file);
        }
        if (handle.object instanceof HandleObject known) {
            known.handleClosed(caller);
        }
        return true;
    }

    /// Which of its threads it is, from 0.
    protected int threadIndex(Caller thread) {
        return threads.indexOf(thread);
    }

    /// The end of the run ends the process; a thread of the system does it.
    public void terminate(Caller caller) {
        end(caller, 0);
    }

    /// ENV-133: what is pending is cancelled, handles are closed.
    protected void end(Caller caller, int code) {
        if (ended) {
            return;
        }
        ended = true;
        exitCode = code;
        for (UserThread thread : threads) {
            if (thread != caller && !thread.isEnded()) {
                thread.ending = true;
                thread.wake(-1);
            }
        }
        caller.enterKernel();
        try {
            cancelPending(caller, null);
            for (long handle : new ArrayList<>(handles.keySet())) {
                close(caller, handle);
            }
            lockedPages();
        } finally {
            caller.leaveKernel();
        }
        changed();
    }

    /// MEM-181: no MDL may lock memory of a process that ends, unless a request of the process is still under way.
    private void lockedPages() {
        Mdl mdl = Mdl.lockedIn(machine, space);
        if (mdl == null || IoManager.of(machine).pending().stream().anyMatch(irp -> irp.requestor != null && irp.requestor.thread() != null && irp.requestor.thread().process == this)) {
            return;
        }
        String headline = "process %s ends, and %s still locks %s of it".formatted(name, mdl.label(), Report.count(mdl.pageCount(), "page"));
        Report.Builder report = machine.verifierOn()
                ? new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS", "VER-042", headline).code(0xCB, 0, 0, mdl.address, mdl.pageCount())
                : new Report.Builder(Report.Kind.BUGCHECK, "PROCESS_HAS_LOCKED_PAGES", "VER-041", headline).code(0x76, 0, id, mdl.pageCount());
        throw machine.bugCheck(report.fact("made", "at " + mdl.madeAt()).help("MmUnlockPages before the request is completed").build());
    }

    /// Cancels the requests of this process (of one file, if one is given); gives how many there were.
    public int cancelPending(Caller caller, FileObject file) {
        int count = 0;
        for (Irp irp : IoManager.of(machine).pending()) {
            if (irp.requestor != null && irp.requestor.thread() != null && irp.requestor.thread().process == this && (file == null || irp.file == file) && !irp.isCancelled()) {
                count++;
                IoManager.of(machine).cancel(caller, irp);
            }
        }
        return count;
    }

    @Override
    public boolean isSignaled() {
        return ended;
    }

    @Override
    public void satisfied() {}

    @Override
    public String waitName() {
        return "process " + name;
    }
}
