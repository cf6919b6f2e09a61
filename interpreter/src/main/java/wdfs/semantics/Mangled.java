package wdfs.semantics;

import wdfs.syntax.Decl;

/// The names that callbacks and instances of a declared driver have in the C text that it stands for. Behind the last
/// `$` stands what people know them by; stack traces show that part.
public final class Mangled {
    private Mangled() {}

    /// The part that people know.
    static String shown(String name) {
        return name.substring(name.lastIndexOf('$') + 1);
    }

    /// `driver$EvtDriverUnload`, `driver$IRP_MJ_READ`: a callback that stands directly in the driver.
    public static String callback(Decl.Callback callback) {
        return "driver$" + callback.name().text();
    }

    /// `Xform$EvtIoInCallerContext`: a callback of a device.
    public static String callback(Decl.Device device, Decl.Callback callback) {
        return device.name().text() + "$" + callback.name().text();
    }

    /// `Xform$Default$EvtIoRead`, `Xform$Tick$EvtTimerFunc`: a callback of a queue or another object of a device.
    public static String callback(Decl.Device device, String object, Decl.Callback callback) {
        return device.name().text() + "$" + object + "$" + callback.name().text();
    }

    /// `Xform$Default$handle$IOCTL_XFORM`: the body of a `handle` block. Its C parameters are those that the block names, in
    /// the order `Request`, `In`, `InLength`, `Out`, `OutLength`; it returns NTSTATUS.
    public static String handle(Decl.Device device, Decl.Queue queue, Decl.Handle handle) {
        return device.name().text() + "$" + queue.name().text() + (handle.internal() ? "$internal$" : "$handle$") + handle.ioctl().text();
    }

    /// `static WDFDEVICE Xform$device;`, which the generated text declares for each control device.
    public static String device(Decl.Device device) {
        return device.name().text() + "$device";
    }

    /// The context structure of a device that holds the handles of its queues, timers, locks and lookaside lists, a
    /// member for each under its own name.
    public static String instanceType(Decl.Device device) {
        return device.name().text() + "$INSTANCE";
    }

    /// The accessor of that context: `Xform$INSTANCE *Xform$Instance(WDFOBJECT)`.
    public static String instance(Decl.Device device) {
        return device.name().text() + "$Instance";
    }
}
