package wdfs.kernel;

import java.util.ArrayList;
import java.util.List;
import wdfs.machine.LongMap;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;

/// What drivers find each other by: events and callback objects that have a name.
public final class NamedObjects {
    private static final int STATUS_UNSUCCESSFUL = 0xC0000001;
    private static final int STATUS_OBJECT_NAME_NOT_FOUND = 0xC0000034;
    private static final int STATUS_OBJECT_TYPE_MISMATCH = 0xC0000024;
    private static final int STATUS_OBJECT_PATH_NOT_FOUND = 0xC000003A;
    private static final int STATUS_INSUFFICIENT_RESOURCES = 0xC000009A;
    private static final int OBJ_PERMANENT = 0x10;
    // OBJECT_ATTRIBUTES
    private static final int OBJECT_NAME = 0x10;
    private static final int ATTRIBUTES = 0x18;

    private NamedObjects() {}

    // ---- events ----------------------------------------------------------------------------------------------------------------------

    /// An event that has a name as long as it has handles.
    private static final class NamedEvent extends EventObject implements HandleObject {
        private final Machine machine;
        private final String name;
        private long address;
        private int handles;

        NamedEvent(Machine machine, String name, boolean notification) {
            super(notification, true);
            this.machine = machine;
            this.name = name;
        }

        @Override public void handleOpened() { handles++; }

        @Override
        public void handleClosed(Caller caller) {
            if (--handles == 0) {
                Namespace.of(machine).remove(name);
                KernelObjects.of(machine).dereference(address);
            }
        }

        @Override public String waitName() { return "event " + name; }
    }

    private static long event(Caller caller, long nameString, long handle, boolean notification) {
        String name = RtlApi.unicode(caller.memory, nameString);
        Namespace names = Namespace.of(caller.machine);
        Object found = names.find(name);
        if (found != null && !(found instanceof NamedEvent) || found == null && (name.isEmpty() || !names.hasDirectory(name))) {
            return 0;
        }
        NamedEvent event = (NamedEvent) found;
        if (event == null) {
            event = new NamedEvent(caller.machine, name, notification);
            names.insert(name, event);
            event.address = KernelObjects.of(caller.machine).reference(event);
        }
        caller.memory.store64(handle, KernelHandles.of(caller.machine).open(event));
        return event.address;
    }

    @Native
    public static long IoCreateNotificationEvent(Caller caller, long name, long handle) {
        return event(caller, name, handle, true);
    }

    @Native
    public static long IoCreateSynchronizationEvent(Caller caller, long name, long handle) {
        return event(caller, name, handle, false);
    }

    // ---- callback objects ----------------------------------------------------------------------------------------------------------

    /// The routines that are called when somebody notifies, in the order in which they were registered.
    private static final class Callback implements KernelObjects.Referenced {
        private final Machine machine;
        private final String name;
        private final boolean several;
        private final boolean permanent;
        private final List<Registration> registrations = new ArrayList<>();

        Callback(Machine machine, String name, boolean several, boolean permanent) {
            this.machine = machine;
            this.name = name;
            this.several = several;
            this.permanent = permanent;
        }

        @Override
        public void lastReferenceGone() {
            if (!permanent) {
                Namespace.of(machine).remove(name);
            }
        }
    }

    /// What ExUnregisterCallback waits for: no thread is in the routine.
    private static final class Registration extends Waitable {
        final Callback callback;
        final Region block;
        final long routine;
        final long context;
        int running;

        Registration(Callback callback, Region block, long routine, long context) {
            this.callback = callback;
            this.block = block;
            this.routine = routine;
            this.context = context;
        }

        @Override public boolean isSignaled() { return running == 0; }
        @Override public void satisfied() {}
        @Override public String waitName() { return "the routine of callback " + callback.name; }
    }

    private static final class Registrations {
        final LongMap<Registration> byAddress = new LongMap<>();
    }

    private static Callback systems(Machine machine, String name) {
        Callback callback = new Callback(machine, name, true, true);
        return Namespace.of(machine).insert(name, callback) ? callback : null;
    }

    @Native
    public static int ExCreateCallback(Caller caller, long result, long attributes, int create, int several) {
        long nameString = caller.memory.load64(attributes + OBJECT_NAME);
        String name = nameString == 0 ? "" : RtlApi.unicode(caller.memory, nameString);
        if (name.isEmpty()) {
            return STATUS_UNSUCCESSFUL;
        }
        Namespace names = Namespace.of(caller.machine);
        Object found = names.find(name);
        if (found == null && (name.equalsIgnoreCase("\\Callback\\PowerState") || name.equalsIgnoreCase("\\Callback\\SetSystemTime"))) {
            found = systems(caller.machine, name);
        }
        if (found == null) {
            if (create == 0) {
                return STATUS_OBJECT_NAME_NOT_FOUND;
            }
            if (!names.hasDirectory(name)) {
                return STATUS_OBJECT_PATH_NOT_FOUND;
            }
            if (caller.machine.fails("pool")) {
                return STATUS_INSUFFICIENT_RESOURCES;
            }
            found = new Callback(caller.machine, name, several != 0, (caller.memory.load32(attributes + ATTRIBUTES) & OBJ_PERMANENT) != 0);
            names.insert(name, found);
        }
        if (!(found instanceof Callback)) {
            return STATUS_OBJECT_TYPE_MISMATCH;
        }
        caller.memory.store64(result, KernelObjects.of(caller.machine).reference(found));
        return 0;
    }

    /// The registration refers to the object: it stays until the last one is gone.
    @Native
    public static long ExRegisterCallback(Caller caller, long object, long routine, long context) {
        if (!(KernelObjects.at(caller, object) instanceof Callback callback) || !callback.several && !callback.registrations.isEmpty()) {
            return 0;
        }
        Region block = caller.machine.fails("pool") ? null : caller.machine.nonpaged.allocateStructure(0x30, "CallbackRegistration");
        if (block == null) {
            return 0;
        }
        Registration registration = new Registration(callback, block, routine, context);
        callback.registrations.add(registration);
        KernelObjects.of(caller.machine).reference(callback);
        caller.machine.part(Registrations.class, _ -> new Registrations()).byAddress.put(block.base, registration);
        return block.base;
    }

    @Native
    public static void ExNotifyCallback(Caller caller, long object, long first, long second) {
        if (KernelObjects.at(caller, object) instanceof Callback callback) {
            notify(caller, callback, first, second);
        }
    }

    private static void notify(Caller caller, Callback callback, long first, long second) {
        for (Registration each : List.copyOf(callback.registrations)) {
            if (!callback.registrations.contains(each)) {
                continue;
            }
            each.running++;
            LoadedImage before = caller.image;
            try {
                caller.invoke(each.routine, each.context, first, second);
            } finally {
                caller.image = before;
                each.running--;
                each.changed();
            }
        }
    }

    /// The system notifies those who have registered with an object of its own.
    public static void notify(Caller caller, String name, long first, long second) {
        if (Namespace.of(caller.machine).find(name) instanceof Callback callback) {
            notify(caller, callback, first, second);
        }
    }

    @Native
    public static void ExUnregisterCallback(Caller caller, long address) {
        caller.memory.load64(address);
        Registration registration = caller.machine.part(Registrations.class, _ -> new Registrations()).byAddress.remove(address);
        if (registration == null) {
            return;
        }
        registration.callback.registrations.remove(registration);
        Waits.wait(caller, List.of(registration), false, Waits.FOREVER);
        caller.machine.nonpaged.free(registration.block);
        KernelObjects.of(caller.machine).dereference(registration.callback);
    }
}
