package wdfs.runtime;

import wdfs.machine.SimThread;
import wdfs.machine.View;

/// The simulated thread as code sees it: the first argument of every generated function and DDI body.
public final class Caller extends SimThread {
    /// The memory this thread sees now; changes on the way into the kernel and back, and with the IRQL.
    public View memory;
    /// Steps left until {@link #refuel}: counted down at each loop edge and call.
    public int fuel;
    /// The image whose code is running (a driver, or the thread's process).
    public LoadedImage image;

    public void refuel() {}                              // fuel < 0: take the slow path (limits, preemption), refill
    public long enter(long frameSize) { return 0; }      // takes frameSize + 64 bytes of stack; gives the frame's base
    public void leave(long base, long frameSize) {}      // ends the frame: its bytes are gone
    public long invoke(long function, long[] arguments) { return 0; }  // call through a function pointer
    public static int divide(Caller caller, int left, int right) { return 0; }
}
