package wdfs.kernel;

import java.util.ArrayList;
import java.util.List;
import wdfs.machine.Irql;
import wdfs.machine.LongMap;
import wdfs.machine.Region;
import wdfs.machine.Scheduler;
import wdfs.runtime.Caller;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;
import wdfs.runtime.SystemProcess;

/// KDPC, KTIMER and IO_WORKITEM: a WDM driver's own means for work that runs later. The structures lie in the driver's memory
/// at Windows' offsets; what is queued is kept here by their addresses.
public final class DeferredRoutines {
    private static final int DPC_ROUTINE = 0x18;
    private static final int DPC_CONTEXT = 0x20;
    private static final int DPC_ARGUMENT1 = 0x28;
    private static final int DPC_ARGUMENT2 = 0x30;
    private static final int DPC_TYPE = 0x13;
    private static final int NOTIFICATION_TIMER = 8;
    private static final int SYNCHRONIZATION_TIMER = 9;
    private static final int TIMER_DUE = 0x18;
    private static final int TIMER_DPC = 0x30;
    private static final int TIMER_PERIOD = 0x3C;
    private static final int SIGNAL_STATE = 4;
    private static final int TIMER_SIZE = 0x40;
    private static final int WORKITEM_SIZE = 0x48;
    private static final long NANOS_PER_MILLISECOND = 1_000_000;

    private DeferredRoutines() {}

    /// What the machine knows of the structures, by address.
    private static final class Known {
        final LongMap<Dpcs.Dpc> dpcs = new LongMap<>();
        final LongMap<Timer> timers = new LongMap<>();
        final LongMap<Item> items = new LongMap<>();
        private boolean watching;

        void watch(Machine machine) {
            if (!watching) {
                watching = true;
                machine.nonpaged.watch(region -> freeing(machine, this, region));
            }
        }

        static Known of(Caller caller) {
            return caller.machine.part(Known.class, _ -> new Known());
        }
    }

    // ---- DPCs ----------------------------------------------------------------------------------------------------------------------

    @Native
    public static void KeInitializeDpc(Caller caller, long dpc, long routine, long context) {
        caller.memory.store32(dpc, DPC_TYPE);
        caller.memory.store64(dpc + DPC_ROUTINE, routine);
        caller.memory.store64(dpc + DPC_CONTEXT, context);
        Known.of(caller).dpcs.put(dpc, new Dpcs.Dpc(dpc, caller.image, thread -> run(thread, dpc)));
    }

    private static void run(Caller thread, long dpc) {
        thread.invoke(thread.memory.load64(dpc + DPC_ROUTINE), dpc, thread.memory.load64(dpc + DPC_CONTEXT),
                thread.memory.load64(dpc + DPC_ARGUMENT1), thread.memory.load64(dpc + DPC_ARGUMENT2));
    }

    private static Dpcs.Dpc dpc(Caller caller, long address) {
        caller.memory.load32(address);
        Dpcs.Dpc found = Known.of(caller).dpcs.get(address);
        if (found == null) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "TIMER_OR_DPC_INVALID", "ENV-034",
                    caller.machine.memory.place(caller.memory.space(), address) + " is no initialised KDPC").code(0xC7, 1, address).stack(ScriptStack.frames(), "")
                    .help("KeInitializeDpc first").build());
        }
        return found;
    }

    /// @return TRUE if it is queued now, FALSE if it was (ENV-034)
    @Native
    public static int KeInsertQueueDpc(Caller caller, long address, long first, long second) {
        Dpcs.Dpc dpc = dpc(caller, address);
        if (dpc.isQueued()) {
            return 0;
        }
        caller.memory.store64(address + DPC_ARGUMENT1, first);
        caller.memory.store64(address + DPC_ARGUMENT2, second);
        return Dpcs.of(caller.machine).insert(dpc) ? 1 : 0;
    }

    @Native
    public static int KeRemoveQueueDpc(Caller caller, long address) {
        return Dpcs.of(caller.machine).remove(dpc(caller, address)) ? 1 : 0;
    }

    /// At PASSIVE_LEVEL nothing is queued any more once what waits has landed.
    @Native
    public static void KeFlushQueuedDpcs(Caller caller) {
        caller.letAllDpcsRun();
    }

    /// The DPC of a device object, for IoRequestDpc.
    @Native
    public static void IoInitializeDpcRequest(Caller caller, long device, long routine) {
        KeInitializeDpc(caller, device + DEVICE_DPC, routine, device);
    }

    /// DEVICE_OBJECT.Dpc.
    private static final int DEVICE_DPC = 0xC8;

    @Native
    public static void IoRequestDpc(Caller caller, long device, long irp, long context) {
        KeInsertQueueDpc(caller, device + DEVICE_DPC, irp, context);
    }

    // ---- timers --------------------------------------------------------------------------------------------------------------------

    private static final class Timer {
        final Machine machine;
        final long address;
        final DispatcherApi.MemoryObject object;
        Scheduler.Due due;

        Timer(Caller caller, long address) {
            this.machine = caller.machine;
            this.address = address;
            this.object = DispatcherApi.object(caller, address);
        }

        boolean cancel() {
            boolean was = due != null;
            if (was) {
                due.cancel();
                due = null;
            }
            return was;
        }

        void arm(long nanos, Known known) {
            due = machine.scheduler.after(nanos, () -> expire(known));
        }

        private void expire(Known known) {
            due = null;
            Region region = machine.memory.regionAt(null, address);
            if (region != null && region.freed) {
                throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "TIMER_OR_DPC_INVALID", "ENV-034",
                        "a timer expires in " + region.label() + ", which was freed").code(0xC7, 0, address, region.base, region.size).help("KeCancelTimer before its memory is freed").build());
            }
            machine.memory.field32(address + SIGNAL_STATE, 1);
            object.changed();
            int period = machine.memory.field32(address + TIMER_PERIOD);
            if (period > 0) {
                arm(period * NANOS_PER_MILLISECOND, known);
            }
            Dpcs.Dpc dpc = known.dpcs.get(machine.memory.field64(address + TIMER_DPC));
            if (dpc != null) {
                Dpcs.of(machine).insert(dpc);
            }
        }
    }

    /// A KTIMER that is set.
    /// @param routine of the DPC that it queues; 0 for none
    public record SetTimer(long address, long dueNanos, long periodNanos, long routine) {}

    public static List<SetTimer> setTimers(Machine machine) {
        Known known = machine.part(Known.class, _ -> new Known());
        List<SetTimer> list = new ArrayList<>();
        for (long address : known.timers.sortedKeys()) {
            Timer timer = known.timers.get(address);
            if (timer.due != null) {
                long dpc = machine.memory.field64(address + TIMER_DPC);
                list.add(new SetTimer(address, timer.due.atNanos(), machine.memory.field32(address + TIMER_PERIOD) * NANOS_PER_MILLISECOND, dpc == 0 ? 0 : machine.memory.field64(dpc + DPC_ROUTINE)));
            }
        }
        return list;
    }

    @Native
    public static void KeInitializeTimerEx(Caller caller, long address, int type) {
        caller.memory.fill(address, TIMER_SIZE, 0);
        DispatcherApi.initialize(caller, address, type == 0 ? NOTIFICATION_TIMER : SYNCHRONIZATION_TIMER, 0, TIMER_SIZE);
        Known.of(caller).timers.put(address, new Timer(caller, address));
        Known.of(caller).watch(caller.machine);
    }

    @Native
    public static void KeInitializeTimer(Caller caller, long address) {
        KeInitializeTimerEx(caller, address, 0);
    }

    /// @param dueTime where the LARGE_INTEGER lies: negative from now on, in units of 100 ns, positive a point in system time
    /// @return TRUE if it was set already
    @Native
    public static int KeSetTimerEx(Caller caller, long address, long dueTime, int period, long dpc) {
        caller.memory.load32(address);
        Known known = Known.of(caller);
        Timer timer = known.timers.get(address);
        if (timer == null) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "TIMER_OR_DPC_INVALID", "ENV-034",
                    caller.machine.memory.place(caller.memory.space(), address) + " is no initialised KTIMER").code(0xC7, 0, address).stack(ScriptStack.frames(), "")
                    .help("KeInitializeTimer first").build());
        }
        if (dpc != 0) {
            dpc(caller, dpc);
        }
        boolean was = timer.cancel();
        long due = caller.memory.load64(dueTime);
        caller.memory.store32(address + SIGNAL_STATE, 0);
        caller.memory.store64(address + TIMER_DUE, due);
        caller.memory.store64(address + TIMER_DPC, dpc);
        caller.memory.store32(address + TIMER_PERIOD, period);
        timer.arm(DispatcherApi.nanosFromNow(caller, due), known);
        return was ? 1 : 0;
    }

    @Native
    public static int KeSetTimer(Caller caller, long address, long dueTime, long dpc) {
        return KeSetTimerEx(caller, address, dueTime, 0, dpc);
    }

    /// @return TRUE if it was set
    @Native
    public static int KeCancelTimer(Caller caller, long address) {
        caller.memory.load32(address);
        Timer timer = Known.of(caller).timers.get(address);
        return timer != null && timer.cancel() ? 1 : 0;
    }

    @Native
    public static int KeReadStateTimer(Caller caller, long address) {
        return caller.memory.load32(address + SIGNAL_STATE);
    }

    // ---- work items ----------------------------------------------------------------------------------------------------------------

    /// @see #IoInitializeWorkItem for one in memory of the driver's own: it has no block
    private static final class Item {
        final Region block;
        final long device;
        final LoadedImage image;
        boolean queued;

        Item(Region block, long device, LoadedImage image) {
            this.block = block;
            this.device = device;
            this.image = image;
        }
    }

    /// A thread of the system for one call of a work item's routine, at PASSIVE_LEVEL.
    private static final class Worker extends SystemCaller {
        private final Item item;
        private final List<Long> arguments;
        private final long routine;

        Worker(Machine machine, Item item, long routine, List<Long> arguments) {
            super(machine, SystemProcess.INSTANCE);
            this.item = item;
            this.routine = routine;
            this.arguments = arguments;
        }

        @Override
        protected void work() {
            image = item.image;
            item.queued = false;
            invoke(routine, arguments.stream().mapToLong(Long::longValue).toArray());
        }
    }

    /// @return NULL without memory
    @Native
    public static long IoAllocateWorkItem(Caller caller, long device) {
        Region block = caller.machine.fails("pool") ? null : caller.machine.nonpaged.allocate(WORKITEM_SIZE, "IO_WORKITEM", true);
        if (block == null) {
            return 0;
        }
        Known.of(caller).items.put(block.base, new Item(block, device, caller.image));
        return block.base;
    }

    @Native
    public static int IoSizeofWorkItem(Caller caller) {
        return WORKITEM_SIZE;
    }

    @Native
    public static void IoInitializeWorkItem(Caller caller, long object, long address) {
        notQueued(caller, address, "initialised");
        caller.memory.fill(address, WORKITEM_SIZE, 0);
        Known known = Known.of(caller);
        known.items.put(address, new Item(null, object, caller.image));
        known.watch(caller.machine);
    }

    /// What waits in memory that is freed: a timer that is set (VER-106), a work item that is queued.
    private static void freeing(Machine machine, Known known, Region region) {
        for (long address : known.timers.sortedKeys()) {
            if (!region.contains(address)) {
                continue;
            }
            if (known.timers.get(address).due == null) {
                known.timers.remove(address);
            } else if (machine.verifierOn()) {
                throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "VER-106", "%s is freed, and a timer in it is set".formatted(region.label()))
                        .code(0xC4, 0x15, address, region.paged ? 1 : 0, region.base).stack(ScriptStack.frames(), "").help("KeCancelTimer before its memory is freed").build());
            }
        }
        for (long address : known.items.sortedKeys()) {
            Item item = known.items.get(address);
            if (item.block != null || !region.contains(address)) {
                continue;
            }
            if (item.queued) {
                throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WORKER_INVALID", "ENV-034", "%s is freed, and a work item in it is queued".formatted(region.label()))
                        .code(0xE4, 0, address, region.base, region.base + region.size).stack(ScriptStack.frames(), "").help("free it in the routine of the work item, or behind it").build());
            }
            known.items.remove(address);
        }
    }

    private static void notQueued(Caller caller, long address, String verb) {
        Item item = Known.of(caller).items.get(address);
        if (item != null && item.queued) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WORKER_INVALID", "ENV-034", "a work item is " + verb + " while it is queued")
                    .code(0xE4, 0, address).stack(ScriptStack.frames(), Irql.name(caller.irql())).build());
        }
    }

    @Native
    public static void IoUninitializeWorkItem(Caller caller, long address) {
        item(caller, address);
        notQueued(caller, address, "uninitialised");
        Known.of(caller).items.remove(address);
    }

    private static Item item(Caller caller, long address) {
        caller.memory.load64(address);
        Item item = Known.of(caller).items.get(address);
        if (item == null) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WORKER_INVALID", "ENV-034",
                    caller.machine.memory.place(caller.memory.space(), address) + " is no work item").code(0xE4, 0, address).stack(ScriptStack.frames(), "").build());
        }
        return item;
    }

    private static void queue(Caller caller, long address, long routine, List<Long> arguments) {
        Item item = item(caller, address);
        if (item.queued) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WORKER_INVALID", "ENV-034", "a work item is queued that is queued already")
                    .code(0xE4, 1, address).stack(ScriptStack.frames(), Irql.name(caller.irql())).build());
        }
        item.queued = true;
        caller.machine.scheduler.start(new Worker(caller.machine, item, routine, arguments));
    }

    @Native
    public static void IoQueueWorkItem(Caller caller, long address, long routine, int queueType, long context) {
        queue(caller, address, routine, List.of(item(caller, address).device, context));
    }

    @Native
    public static void IoQueueWorkItemEx(Caller caller, long address, long routine, int queueType, long context) {
        queue(caller, address, routine, List.of(item(caller, address).device, context, address));
    }

    @Native
    public static void IoFreeWorkItem(Caller caller, long address) {
        Item item = item(caller, address);
        notQueued(caller, address, "freed");
        Known.of(caller).items.remove(address);
        if (item.block == null) {
            PoolApi.ExFreePool(caller, address);                      // IoInitializeWorkItem made it: only the pool knows whether that can be
        } else {
            caller.machine.nonpaged.free(item.block);
        }
    }
}
