package wdfs.runtime;

import wdfs.machine.Memory;

/// How the buffers of a request travel: what was set, copied, locked, mapped, handed out, given back, and when. The trace, and
/// all that draws or compares runs, are listeners to these. Whoever emits one asks {@link Machine#tracing} before it is built.
///
/// `request` is the number of the IRP, which the framework's handle and the system buffer share. `lane` is the part of the
/// system that did it: `io`, `kmdf`. Lengths are bytes.
public sealed interface Travel extends Event {
    /// 0 if the request has not come into being yet.
    int request();

    /// An address and its name at the time of the event; the region that names it may be gone later.
    /// @param owner the process whose memory it is, empty for system space
    /// @param label `SystemBuffer#2`, `Stack#1+0xFF90`, `NULL`
    record Place(String owner, String label, long address) {
        public static final Place NULL = new Place("", "NULL", 0);

        /// @param space the process that a user address is meant in; null for none
        public static Place of(Machine machine, Memory.Space space, long address) {
            return address == 0 ? NULL : new Place(address < 0 || space == null ? "" : space.name, machine.memory.place(space, address), address);
        }

        /// As the running thread's process sees it.
        public static Place of(Caller caller, long address) {
            return of(caller.machine, caller.process.space(), address);
        }

        /// An address of system space.
        public static Place system(Machine machine, long address) {
            return of(machine, null, address);
        }

        /// `app:InputBuffer#1`, `SystemBuffer#2`.
        @Override
        public String toString() {
            return owner.isEmpty() ? label : owner + ":" + label;
        }
    }

    /// A range of an application was checked for access before it is used.
    /// @param request 0: parameters are checked before there is an IRP
    /// @param byWhom `io`, or the driver
    record Probed(int request, String byWhom, Place buffer, long length, boolean forWrite, boolean passed) implements Travel {
        @Override public String lane() { return byWhom; }
    }

    /// A request of an application, or of a driver, came into being.
    /// @param code the control code, 0 for reads and writes
    /// @param in and out: the requestor's two buffers
    record Begun(int request, int major, int code, String codeName, Place in, long inLength, Place out, long outLength) implements Travel {
        @Override public String lane() { return "io"; }
    }

    /// A system buffer for the request's data.
    /// @param length what was asked for
    record Allocated(int request, String lane, Place buffer, long length) implements Travel {}

    enum Why { IN, BACK }

    /// Bytes were copied: on the way in, or back after completion.
    record Copied(int request, String lane, Why why, Place from, Place to, long length) implements Travel {}

    /// Pages were made resident, and an MDL describes them.
    /// @param mapped where the same call mapped them; `Place.NULL` if it did not
    record Locked(int request, String lane, Place buffer, long length, int pages, boolean forWrite, String mdl, Place mapped) implements Travel {}

    /// Locked pages got an address in system space.
    record Mapped(int request, String lane, String mdl, Place at, long length) implements Travel {}

    /// What the buffer fields of the IRP and of its stack location are as a driver's dispatch routine is called.
    /// @param type3 Parameters.DeviceIoControl.Type3InputBuffer; NULL for reads and writes
    /// @param flags IRP_BUFFERED_IO 0x10, IRP_DEALLOCATE_BUFFER 0x20, IRP_INPUT_OPERATION 0x40
    record Dispatched(int request, String driver, Place systemBuffer, Place mdl, Place userBuffer, Place type3, int flags) implements Travel {
        @Override public String lane() { return "io"; }
    }

    /// The framework gives the request to a callback of the driver.
    /// @param queue empty if no queue had it yet
    record Presented(int request, String lane, String queue, String callback) implements Travel {}

    /// A DDI was asked for one of the request's buffers.
    /// @param object the memory object or MDL that was handed out; empty if it is the buffer itself
    /// @param buffer what the driver reaches by it; NULL if the status is an error
    record Retrieved(int request, String lane, String ddi, int status, String object, Place buffer, long length) implements Travel {}

    /// A buffer was brought into the form that another driver's method wants.
    record Converted(int request, String lane, String text) implements Travel {}

    /// A driver sends a request on.
    /// @param what the driver's own request object; empty if the framework made one
    record Sent(int request, String lane, String what, String target) implements Travel {}

    /// A request goes to the next lower device as it came, and whoever passes it on hears no more of it.
    /// @param driver who passes it on
    record Passed(int request, String lane, String driver, String target) implements Travel {}

    /// @param lane `kmdf` as the driver completes it, `io` once the IRP is back
    record Completed(int request, String lane, int status, long information) implements Travel {}

    /// What the requestor is given, after any copying back.
    /// @param delivered status and information reached its status block
    record Finished(int request, int status, long information, boolean delivered) implements Travel {
        @Override public String lane() { return "io"; }
    }

    /// A completion packet was queued, of which a thread of the application takes notice when it asks the port.
    record Packet(int request, String port, long key) implements Travel {
        @Override public String lane() { return "io"; }
    }

    /// A user APC was queued to the thread that asked: it runs once the thread waits alertably.
    record ApcQueued(int request, String thread) implements Travel {
        @Override public String lane() { return "io"; }
    }

    record Freed(int request, String lane, Place buffer) implements Travel {}

    /// The pages are the pager's again; what was stored through a mapping is in the application's memory already.
    record Unlocked(int request, String lane, String mdl) implements Travel {}
}
