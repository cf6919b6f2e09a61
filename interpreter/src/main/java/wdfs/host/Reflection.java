package wdfs.host;

import wdfs.io.DeviceObject;
import wdfs.io.HostBuffers;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.KernelSend;
import wdfs.io.Transfers;
import wdfs.kernel.Waits;
import wdfs.machine.Scheduler;
import wdfs.runtime.Caller;

/// One request between kernel and host: the kernel's IRP, what stands for it in the host, and the memory of both.
final class Reflection implements Irp.Requestor {
    private final ReflectedStack stack;
    final Irp kernel;
    private final Irp inside;
    private final HostMemory memory;
    private Caller thread;

    Reflection(ReflectedStack stack, Irp kernel, Irp inside, HostMemory memory) {
        this.stack = stack;
        this.kernel = kernel;
        this.inside = inside;
        this.memory = memory;
        inside.requestor = this;
        inside.hosted = memory.buffers();
        inside.describeLike(kernel);
    }

    static Reflection of(Irp inside) {
        return (Reflection) inside.requestor;
    }

    @Override
    public Caller thread() {
        return thread;
    }

    /// The stack in the host completed it.
    @Override
    public void finished(Caller caller, Irp done) {
        boolean user = !caller.inKernel();
        if (user) {
            caller.enterKernel();
        }
        try {
            int status = memory.giveBack(done.status(), done.information());
            kernel.status(status);
            kernel.information(status == done.status() ? done.information() : 0);
            memory.release();
            stack.returned(caller, this);
        } finally {
            if (user) {
                caller.leaveKernel();
            }
        }
    }

    private Scheduler.Due deadline;

    /// UMDF-177: what happens if the host takes longer.
    void mustEndWithin(long nanos, Runnable late) {
        deadline = stack.machine.scheduler.after(nanos, late);
    }

    void ended() {
        if (deadline != null) {
            deadline.cancel();
        }
    }

    /// The host is gone.
    void abandon() {
        ended();
        memory.release();
        if (!lost) {
            IoManager.of(stack.machine).free(inside);
        }
    }

    private boolean below;
    private boolean lost;

    /// Whether a kernel driver below the host has it.
    boolean isBelow() {
        return below;
    }

    /// The host is gone while a kernel driver has the request: it ends when that is done with it.
    void lose() {
        ended();
        lost = true;
        IoManager.of(stack.machine).free(inside);
    }

    /// No UMDF driver of the stack kept it: the kernel driver below gets it. The thread is in kernel mode.
    void sendDown(Caller caller, DeviceObject lower) {
        thread = caller;
        HostBuffers now = inside.hosted;
        int major = inside.majorFunction();                           // a driver may have made another kind of request of it
        KernelSend send = KernelSend.onward(caller, lower, kernel);
        boolean formatted = now != memory.buffers() && major != 0;
        int status = 0;
        if (!formatted) {
            send.asItIs();
        } else if (major == Transfers.READ || major == Transfers.WRITE) {
            boolean read = major == Transfers.READ;
            status = send.transfer(read, new KernelSend.Buffer(read ? now.output() : now.input(), null, 0, read ? now.outputLength() : now.inputLength()), inside.byteOffset(), null);
        } else {
            status = send.control(major == 0x0F, inside.controlCode(), new KernelSend.Buffer(now.input(), null, 0, now.inputLength()),
                    new KernelSend.Buffer(now.output(), null, 0, now.outputLength()), null);
        }
        if (status < 0) {
            send.release();
            back(caller, status, 0);
            return;
        }
        Runnable cancel = kernel.javaCancel;
        kernel.javaCancel = null;                                     // whoever has it now is asked
        inside.javaCancel = () -> stack.cancelInKernel(kernel);
        below = true;
        send.send(() -> {
            Caller by = (Caller) stack.machine.scheduler.running();
            below = false;
            if (lost) {
                stack.returnedLate(by, this);
                return;
            }
            inside.javaCancel = null;
            kernel.javaCancel = kernel.isCancelled() ? null : cancel;
            if (!formatted) {
                memory.fetch(kernel.status(), kernel.information());
            }
            back(by, kernel.status(), kernel.information());
        });
    }

    /// Up again through the drivers of the host, on one of its threads.
    private void back(Caller by, int status, long information) {
        inside.status(status);
        inside.information(information);
        if (by.process == stack.host && !by.inKernel()) {
            IoManager.of(by).complete(by, inside);
            return;
        }
        stack.host.post("request #" + kernel.number, stack, host -> {
            IoManager.of(host).complete(host, inside);
            return 0;
        }).subject = kernel;
    }

    /// A request of PnP or power that begins in the host, and waits for its end.
    /// @param kernel the one that it stands for
    /// @param information goes in and comes back
    static int pnp(Caller thread, ReflectedStack stack, DeviceObject top, Irp kernel, long[] information) {
        IoManager io = IoManager.of(thread);
        Irp irp = io.allocateMustSucceed(top.stackSize());                 // there was memory for the kernel's, and that must not be lost
        if (irp == null) {
            return IoManager.STATUS_INSUFFICIENT_RESOURCES;
        }
        HostCall done = new HostCall("a request of PnP", null, null);
        irp.requestor = new Irp.Requestor() {
            @Override public Caller thread() { return thread; }

            @Override public void finished(Caller caller, Irp it) {
                stack.ended(irp);
                information[0] = it.information();
                done.finished(it.status());
            }
        };
        irp.beginLike(kernel);
        irp.information(information[0]);
        stack.began(irp);
        io.call(thread, top, irp);
        if (!done.isSignaled()) {
            Waits.wait(thread, java.util.List.of(done), false, Waits.FOREVER);
        }
        return done.status;
    }
}
