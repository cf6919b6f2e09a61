package wdfs.wdf;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import wdfs.io.DeviceInterfaces;
import wdfs.io.DeviceObject;
import wdfs.io.Devnode;
import wdfs.io.FileObject;
import wdfs.io.IoManager;
import wdfs.io.KernelSend;
import wdfs.io.Transfers;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFIOTARGET: where a driver sends requests (OBJ §6). A remote one is closed until it is opened; the local one of a device
/// leads to the next lower device and is started from the beginning (OBJ-201).
public final class FxTarget extends FxObject {
    /// WDF_IO_TARGET_STATE; the number is the constant's.
    enum State {
        STARTED(1), STOPPED(2), CLOSED_FOR_QUERY_REMOVE(3), CLOSED(4), DELETED(5), PURGED(6);

        final int number;

        State(int number) {
            this.number = number;
        }
    }

    static final int WDF_DEVICE_REMOVED_NOT_SENT = 0xC0200206;

    final FxDevice device;
    DeviceObject target;
    FileObject file;
    State state = State.CLOSED;
    /// The name of the last open, or empty if that was not by name.
    String openedByName = "";
    private boolean local;
    private final Set<KernelSend> sent = new LinkedHashSet<>();
    /// Sent whatever the state was: Stop and Purge leave them alone.
    private final Set<KernelSend> ignored = new LinkedHashSet<>();
    private final Set<KernelSend> pended = new LinkedHashSet<>();
    private final Idle idle = new Idle();

    /// Signalled while the target has nothing that was sent.
    private final class Idle extends Waitable {
        boolean ignoredToo;

        @Override public boolean isSignaled() { return sent.isEmpty() && (!ignoredToo || ignored.isEmpty()); }
        @Override public void satisfied() {}
        @Override public String waitName() { return "the requests that " + label() + " still has"; }

        void check() {
            changed();
        }
    }

    FxTarget(Machine machine, FxDevice device, FxObject parent) {
        super(machine, "WDFIOTARGET", parent);
        this.device = device;
    }

    /// OBJ-200: what lies below the device.
    static FxTarget local(FxDevice device, DeviceObject lower) {
        FxTarget target = new FxTarget(device.machine, device, device);
        target.target = lower;
        target.local = true;
        target.state = State.STARTED;
        return target;
    }

    /// The device that gets the requests: of a remote target the top of its stack. Null while the target is closed.
    DeviceObject destination() {
        return target == null || local ? target : target.top();
    }

    /// Of the stack that it leads to; null if that is not PnP's, or the target is closed.
    Devnode devnode() {
        return local ? device.devnode() : target == null ? null : target.devnode();
    }

    /// Requests that it has sent, that wait to be, and that were sent whatever its state was.
    int[] counts() {
        return new int[] {sent.size(), pended.size(), ignored.size()};
    }

    void opened(Caller caller, DeviceObject to, FileObject through) {
        target = to;
        file = through;
        state = State.STARTED;
        if (!device.driver.inHost()) {
            DeviceInterfaces.of(machine).watch(to, watcher);
        }
        start(caller);                                                // OBJ-204: what waits goes to the new device
    }

    /// EvtIoTargetQueryRemove, …RemoveCanceled and …RemoveComplete; 0 for what the framework does by itself (OBJ-206).
    final long[] callbacks = new long[3];

    private final DeviceInterfaces.Watcher watcher = new DeviceInterfaces.Watcher() {
        @Override
        public int queryRemove(Caller caller) {
            if (callbacks[0] != 0) {
                return (int) device.driver.call(caller, callbacks[0], handle);
            }
            closeForQueryRemove(caller);
            return 0;
        }

        @Override
        public void removeCancelled(Caller caller) {
            if (callbacks[1] != 0) {
                device.driver.call(caller, callbacks[1], handle);
            } else if (state == State.CLOSED_FOR_QUERY_REMOVE) {
                TargetApi.reopen(caller, FxTarget.this);
            }
        }

        @Override
        public void removeComplete(Caller caller) {
            if (callbacks[2] != 0) {
                device.driver.call(caller, callbacks[2], handle);
            } else {
                close(caller);
            }
        }
    };

    /// OBJ-206: the file is closed, so that the device can be removed; the target still hears what comes of it.
    void closeForQueryRemove(Caller caller) {
        if (state == State.DELETED || state == State.CLOSED) {
            return;
        }
        state = State.CLOSED_FOR_QUERY_REMOVE;
        List.copyOf(ignored).forEach(send -> send.cancel(caller));
        idle.ignoredToo = true;
        settle(caller, true, true);
        idle.ignoredToo = false;
        letGo(caller);
    }

    // ---- requests ------------------------------------------------------------------------------------------------------------------

    /// OBJ-211, OBJ-215: whether a request may come now, be it to wait.
    boolean admits(boolean ignoreState) {
        return switch (state) {
            case STARTED, STOPPED -> true;
            case PURGED -> ignoreState;
            case CLOSED, CLOSED_FOR_QUERY_REMOVE, DELETED -> false;
        };
    }

    /// An admitted request is sent, or waits until the target is started.
    void submit(Caller caller, KernelSend send, boolean ignoreState) {
        if (state == State.STOPPED && !ignoreState) {
            pended.add(send);
            send.irp.tell("held", "by the stopped " + label());
            send.irp.javaCancel = () -> cancel(send.irp.cancelCaller, send);
            return;
        }
        forward(caller, send, ignoreState && state != State.STARTED ? ignored : sent);
    }

    private void forward(Caller caller, KernelSend send, Set<KernelSend> list) {
        list.add(send);
        send.redirect(destination());
        send.send(caller);
    }

    /// The last thing that is done for a request.
    void ended(KernelSend send) {
        sent.remove(send);
        ignored.remove(send);
        idle.check();
    }

    /// @return whether something was there to be cancelled (OBJ-290)
    boolean cancel(Caller caller, KernelSend send) {
        if (pended.remove(send)) {
            send.irp.javaCancel = null;
            send.giveUp(caller, Framework.STATUS_CANCELLED);
            return true;
        }
        return send.cancel(caller);
    }

    // ---- states --------------------------------------------------------------------------------------------------------------------

    /// OBJ-213. @return a status
    int start(Caller caller) {
        if (state != State.STARTED && state != State.STOPPED && state != State.PURGED) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        state = State.STARTED;
        for (KernelSend send : List.copyOf(pended)) {
            if (state == State.STARTED && pended.remove(send)) {
                send.irp.javaCancel = null;
                forward(caller, send, sent);
            }
        }
        return 0;
    }

    /// OBJ-210. @param cancel and await: what happens to the requests that were sent
    void stop(Caller caller, boolean cancel, boolean await) {
        if (state == State.STARTED || state == State.PURGED) {
            state = State.STOPPED;
        }
        settle(caller, cancel, await);
    }

    /// OBJ-212.
    void purge(Caller caller, boolean await) {
        if (state == State.STARTED || state == State.STOPPED) {
            state = State.PURGED;
        }
        failPended(caller);
        settle(caller, true, await);
    }

    private void settle(Caller caller, boolean cancel, boolean await) {
        if (cancel) {
            List.copyOf(sent).forEach(send -> send.cancel(caller));
        }
        if (await) {
            Waits.wait(caller, List.of(idle), false, Waits.FOREVER);
        }
    }

    /// OBJ-250.
    private void failPended(Caller caller) {
        for (KernelSend send : new ArrayList<>(pended)) {
            if (pended.remove(send)) {
                send.irp.javaCancel = null;
                send.giveUp(caller, WDF_DEVICE_REMOVED_NOT_SENT);
            }
        }
    }

    /// OBJ-205, OBJ-207, OBJ-214: what waits fails, what was sent is cancelled and waited for.
    private void empty(Caller caller) {
        failPended(caller);
        List.copyOf(ignored).forEach(send -> send.cancel(caller));
        idle.ignoredToo = true;
        settle(caller, true, true);
        idle.ignoredToo = false;
    }

    void close(Caller caller) {
        if (state != State.DELETED) {
            state = State.CLOSED;
        }
        DeviceInterfaces.of(machine).unwatch(watcher);
        empty(caller);
        letGo(caller);
    }

    private void letGo(Caller caller) {
        target = null;
        if (file != null) {
            FileObject closing = file;
            file = null;
            closing.references--;
            inKernel(caller, () -> {
                Transfers.closeWhenIdle(caller, closing);
                return 0;
            });
        }
    }

    /// OBJ-214: the device goes; nothing is sent any more, and what was comes back first.
    void remove(Caller caller) {
        state = State.DELETED;
        close(caller);
    }

    /// What a driver of a host asks of the I/O manager is done in kernel mode.
    static int inKernel(Caller caller, java.util.function.IntSupplier work) {
        if (caller.inKernel()) {
            return work.getAsInt();
        }
        caller.enterKernel();
        try {
            return work.getAsInt();
        } finally {
            caller.leaveKernel();
        }
    }

    /// The system closes what a host leaves open.
    @Override
    protected void abandon() {
        DeviceInterfaces.of(machine).unwatch(watcher);
        if (file != null) {
            FileObject closing = file;
            file = null;
            closing.references--;
            IoManager.of(machine).inSystemThread.accept(system -> Transfers.closeWhenIdle(system, closing));
        }
        super.abandon();
    }

    /// OBJ-005.
    @Override
    protected boolean mayBeDeleted() {
        return !local;
    }

    @Override
    protected boolean disposesPassive() {
        return true;
    }

    @Override
    protected void disposing(Caller caller) {
        remove(caller);
    }
}
